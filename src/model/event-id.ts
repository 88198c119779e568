import { createCipheriv } from 'node:crypto';
import type { EventPosition } from './event.ts';

/** What names an event for good: its batch and its line in there. */
export type EventNumber = Pick<EventPosition, 'seq' | 'row'>;

/** Numbers of events and the UUIDs they are known by outside, each way. */
export interface EventIds {
  idOf(event: EventNumber): string;
  /** The event of a UUID in any case; undefined for one that names no event. */
  numberOf(id: string): EventNumber | undefined;
}

const HALF_BITS = 61n;
const HALF = (1n << HALF_BITS) - 1n;
const ROW_BITS = 32n;
const SEQ_BITS = 48n;
/** FF1, a standard for the same task, has 10 rounds for halves of any length; four are proven for long ones. */
const ROUNDS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const BACKWARDS = ROUNDS.toReversed();

/**
 * UUIDs of version 8 (RFC 9562), of which nothing has to be stored to find the event again. Batches are numbered across all
 * organizations, and how many there are is no reader's business: the number is permuted in the 122 bits that a UUID leaves
 * free, by a Feistel network whose rounds are AES under the key. An id that was made up names, but for one in 2^42, no event.
 *
 * @param key 32 bytes, the same for as long as ids shall hold
 */
export function eventIds(key: Uint8Array): EventIds {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const block = Buffer.alloc(16);
  const mixed = (round: number, half: bigint): bigint => {
    block.writeUInt8(round, 0);
    block.writeBigUInt64BE(half, 8);
    return cipher.update(block).readBigUInt64BE() & HALF;
  };
  return {
    idOf({ seq, row }) {
      const number = (BigInt(seq) << ROW_BITS) | BigInt(row);
      let [left, right] = [number >> HALF_BITS, number & HALF];
      for (const round of ROUNDS) [left, right] = [right, left ^ mixed(round, right)];
      return toUuid((left << HALF_BITS) | right);
    },
    numberOf(id) {
      const bits = fromUuid(id);
      if (bits === undefined) return undefined;
      let [left, right] = [bits >> HALF_BITS, bits & HALF];
      for (const round of BACKWARDS) [left, right] = [right ^ mixed(round, left), left];
      const number = (left << HALF_BITS) | right;
      if (number >> (SEQ_BITS + ROW_BITS) !== 0n) return undefined;
      return { seq: Number(number >> ROW_BITS), row: Number(BigInt.asUintN(32, number)) };
    },
  };
}

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/i;
/** Bits behind the variant. */
const TAIL_BITS = 62n;

/** 122 bits around the four that tell the version and the two that tell the variant. */
function toUuid(bits: bigint): string {
  const head = (bits >> TAIL_BITS).toString(16).padStart(15, '0');
  const tail = (BigInt.asUintN(62, bits) | (2n << TAIL_BITS)).toString(16);
  return `${head.slice(0, 8)}-${head.slice(8, 12)}-8${head.slice(12)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

function fromUuid(id: string): bigint | undefined {
  const [, first, second, third, fourth, fifth] = UUID.exec(id) ?? [];
  if (first === undefined) return undefined;
  const head = BigInt(`0x${first}${second}${third}`);
  return (head << TAIL_BITS) | BigInt.asUintN(62, BigInt(`0x${fourth}${fifth}`));
}
