import { createHash, type Hash } from 'node:crypto';

const LF = 0x0a;
const CR = 0x0d;
const BRACE = 0x7d;
const BRACKET = 0x5d;

/**
 * The part of an input that has been read, as a running hash of organization, format and bytes. Two inputs whose prefixes
 * are equal hold the same records so far, whatever they are called and however they were packed.
 */
export class Prefix {
  readonly #hash: Hash;
  #offset = 0;

  constructor(organizationId: number, format: string) {
    this.#hash = createHash('sha256').update(`${organizationId}\n${format}\n`);
  }

  /** Decompressed bytes read. */
  get offset(): number {
    return this.#offset;
  }

  add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#offset += bytes.length;
  }

  /** Hexadecimal SHA-256 of everything added. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Name of the range from `startOffset` to here. */
  token(startOffset: number): string {
    return createHash('sha256').update(`${this.hash()} ${startOffset}`).digest('hex');
  }

  /**
   * Whether the window begins with the bytes of an earlier range that started here. A range that ended inside a record,
   * because the input did at the time, does not match once the record has grown.
   */
  matches(window: Buffer, atEnd: boolean, range: Range): boolean {
    const length = range.endOffset - this.#offset;
    if (length <= 0 || length > window.length) return false;
    if (!endsRecord(window, length, atEnd, range)) return false;
    return this.#hash.copy().update(window.subarray(0, length)).digest('hex') === range.endHash;
  }
}

/** What an earlier batch brought. */
interface Range {
  readonly endOffset: number;
  readonly endHash: string;
  readonly received: number;
  readonly rejected: number;
}

/** JSON objects need no line end behind them; but a brace may also be where the one record of a range was cut, and refused. */
function endsRecord(window: Buffer, length: number, atEnd: boolean, { received, rejected }: Range): boolean {
  const last = window[length - 1];
  const next = window[length];
  if (last === LF || ((last === BRACE || last === BRACKET) && rejected < received)) return true;
  return next === undefined ? atEnd : next === LF || next === CR;
}
