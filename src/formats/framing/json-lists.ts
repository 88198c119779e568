import {
  CLOSE,
  CLOSE_LIST,
  COLON,
  endOfString,
  enter,
  isClosing,
  isOpening,
  LF,
  OPEN_LIST,
  QUOTE,
  SPACE,
} from './json-scan.ts';

export interface ListNames {
  /** Members that hold records as a list. */
  readonly members: readonly string[];
  /** How many objects deep such a member may be; 1 where the outermost object has it. */
  readonly depth: number;
}

/** How far a scan came, and why it ended there. */
export interface ScanEnd {
  readonly outcome: 'list' | 'end' | 'more' | 'damaged';
  /** Bytes before are done with. */
  readonly at: number;
}

const MAX_NAME = 100;

/** Reads the members of one object that wraps lists of records: up to the next list, and from its end on. */
export class ListWrapper {
  readonly #names: ListNames;
  readonly #closers: number[] = [];
  #previous = COLON;
  #hadList = false;
  #string = '';
  #key = '';

  constructor(names: ListNames) {
    this.#names = names;
  }

  /** Goes on behind the list that the scan before stopped in. */
  endList(): void {
    this.#previous = CLOSE_LIST;
    this.#hadList = true;
  }

  /**
   * Reads on to the bracket that opens a list of records (`list`), or to the end of the object (`end`). `damaged`: what is at `at`
   * belongs to no such object. `more`: the window ends within the object; a string that it cuts in two is left for the next window.
   */
  scan(window: Buffer, start: number): ScanEnd {
    for (let at = start; at < window.length; at += 1) {
      const byte = window[at] ?? SPACE;
      if (byte <= SPACE) continue;
      const last = byte === QUOTE ? endOfString(window, at + 1) : at;
      const outcome = byte === QUOTE ? this.#takeString(window, at, last) : this.#take(byte);
      if (outcome === 'list' || outcome === 'end') return { outcome, at: at + 1 };
      if (outcome !== undefined) return { outcome, at };
      at = last;
      this.#previous = byte;
    }
    return { outcome: 'more', at: window.length };
  }

  /** @param end of the string; -1 where the window ends first */
  #takeString(window: Buffer, start: number, end: number): 'more' | 'damaged' | undefined {
    if (end === -1) return 'more';
    if (window[end] === LF) return 'damaged';
    this.#string = end - start > MAX_NAME ? '' : window.toString('latin1', start + 1, end);
    return undefined;
  }

  /** A byte outside strings. @returns why the scan ends there */
  #take(byte: number): 'list' | 'end' | 'damaged' | undefined {
    if (byte === COLON) this.#key = this.#string;
    if (isOpening(byte)) {
      if (byte === OPEN_LIST && this.#opensRecords()) return 'list';
      return enter(byte, this.#previous, this.#closers) ? undefined : 'damaged';
    }
    if (!isClosing(byte)) return undefined;
    if (this.#closers.pop() !== byte) return 'damaged';
    return this.#closers.length === 0 ? 'end' : undefined;
  }

  #opensRecords(): boolean {
    const { members, depth } = this.#names;
    const inObject = this.#closers.every((closer) => closer === CLOSE);
    // Where a document is cut off at a colon behind its list, the next one stands in it like a member.
    const deepest = this.#hadList ? 2 * depth : depth;
    return this.#previous === COLON && this.#closers.length <= deepest && inObject && members.includes(this.#key);
  }
}
