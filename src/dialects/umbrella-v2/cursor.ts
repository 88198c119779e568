import { deriveKey, seal, unseal } from '../../kit/sealing.ts';
import { badInput } from '../../model/errors.ts';
import type { EventPosition } from '../../model/event.ts';
import type { EventFilter, Order, TimeRange } from '../../model/query.ts';

/** Where a walk over activity stands: what the next page needs and the request does not say. */
export interface Walk {
  readonly position: EventPosition;
  /** Newest batch the first page could see. */
  readonly horizon: number;
  /** The range as the first page understood it; `now` must not move during a walk. */
  readonly range: TimeRange;
}

/** What a cursor belongs to. It opens nothing else. */
export interface WalkedQuery {
  readonly organizationId: number;
  readonly endpoint: string;
  /** `from` and `to` as spelt, since relative ones mean another instant with each page. */
  readonly times: readonly (string | undefined)[];
  readonly filter: EventFilter;
  readonly order: Order;
}

/** A key of its own, so that no cursor can ever pass for a token. */
export function deriveCursorKey(tokenKey: Uint8Array): Uint8Array {
  return deriveKey(tokenKey, 'belfry activity cursor, sealed');
}

/** Six numbers of 64 bits. */
const STATE_BYTES = 48;

/**
 * The cursor that continues a walk. It cannot be read: batches are numbered across all organizations, and how many there are is
 * no reader's business.
 */
export function writeCursor(key: Uint8Array, query: WalkedQuery, walk: Walk): string {
  return seal(pack(walk), { key, about: canonical(query) });
}

/** Fails with `bad_request` for a cursor that was altered, or made for another organization or query. */
export function readCursor(key: Uint8Array, query: WalkedQuery, cursor: string): Walk {
  const state = unseal(cursor, { key, about: canonical(query) });
  if (state === undefined) throw badInput('cursor', cursor, 'invalid value for cursor: not of this query');
  return unpack(state);
}

function pack({ position, horizon, range }: Walk): Buffer {
  const state = Buffer.alloc(STATE_BYTES);
  const numbers = [position.timeUs, position.seq, position.row, horizon, range.fromMs, range.toMs];
  for (const [index, number] of numbers.entries()) state.writeBigInt64BE(BigInt(number), index * 8);
  return state;
}

function unpack(state: Buffer): Walk {
  const number = (index: number) => Number(state.readBigInt64BE(index * 8));
  return {
    position: { timeUs: number(0), seq: number(1), row: number(2) },
    horizon: number(3),
    range: { fromMs: number(4), toMs: number(5) },
  };
}

function canonical({ organizationId, endpoint, times, filter, order }: WalkedQuery): string {
  // Members of a filter stand in the order of the parameter table, whatever order the request has.
  return JSON.stringify([organizationId, endpoint, times, filter, order]);
}
