import type { Framer } from '../format.ts';
import { byteOrderMarkLength } from './lines.ts';

export interface JsonFramerOptions {
  readonly variant: string;
  readonly context: string;
  /** The input begins inside a list; whatever follows the end of the list is passed over. */
  readonly insideList?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const SPACE = 0x20;
const TAB = 0x09;

const MAX_DEPTH = 512;

/**
 * Frames JSON objects however they are laid out: one a line, pretty-printed, one after the other, or as the items of an
 * array. An object on several lines is joined to one, without line ends and indentation, and followed by empty lines, so
 * that line numbers stay true; where several objects stand on one line, numbers run ahead and are caught up with later.
 *
 * Anything else between objects, and an object that stops being JSON midway, becomes a record of its own up to where the
 * damage shows, for the mapping to refuse: damage costs one record, not the rest of the input.
 */
export function createJsonFramer({ variant, context, insideList = false }: JsonFramerOptions): Framer {
  // Lines given out for objects that shared a line, not yet made up for by line ends of the source.
  let linesAhead = 0;
  let atStart = true;
  let listEnded = false;
  return {
    cut(window, atEnd) {
      const output = new LineWriter(window, linesAhead);
      const start = atStart ? byteOrderMarkLength(window) : 0;
      let consumed = listEnded ? 0 : cutRecords(window, start, atEnd, insideList, output);
      listEnded ||= insideList && window[consumed] === CLOSE_LIST;
      if (listEnded) consumed = output.passOver(consumed);
      linesAhead = output.linesAhead;
      if (consumed > 0) atStart = false;
      const { lineCount, records } = output;
      return { consumed, lines: [output.bytes()], lineCount, records, variant, context, faults: [] };
    },
  };
}

function cutRecords(window: Buffer, start: number, atEnd: boolean, untilListEnd: boolean, output: LineWriter): number {
  let at = start;
  while (at < window.length) {
    const byte = window[at];
    if (byte === CLOSE_LIST && untilListEnd) return at;
    if (byte === LF) output.endLine();
    if (byte === LF || isBetweenRecords(byte)) {
      at += 1;
      continue;
    }
    const found = byte === OPEN ? endOfObject(window, at) : endOfLine(window, at);
    if (found === -1 && !atEnd) break;
    const end = found === -1 ? window.length : found;
    output.record(at, end);
    at = end;
  }
  // A byte order mark alone is nothing yet: it must still be there when the next window comes.
  return at === start && !atEnd ? 0 : at;
}

/** Bytes that carry no record: white space, and the brackets and commas of whatever the objects are wrapped in. */
function isBetweenRecords(byte: number | undefined): boolean {
  return (
    byte === SPACE ||
    byte === TAB ||
    byte === CR ||
    byte === COMMA ||
    byte === OPEN_LIST ||
    byte === CLOSE_LIST ||
    byte === CLOSE
  );
}

function endOfLine(window: Buffer, start: number): number {
  return window.indexOf(LF, start);
}

/** Where the object that opens at `start` ends, or stops being JSON; -1 where the window ends first. */
function endOfObject(window: Buffer, start: number): number {
  const closers: number[] = [];
  let previous = COLON;
  for (let at = start; at < window.length; at += 1) {
    const byte = window[at] ?? SPACE;
    if (byte <= SPACE) continue;
    if (byte === QUOTE) {
      at = endOfString(window, at + 1);
      if (at === -1 || window[at] === LF) return at;
    } else if (isClosing(byte)) {
      if (closers.pop() !== byte || closers.length === 0) return at + 1;
    } else if (isOpening(byte) && !enter(byte, previous, closers)) {
      return at;
    }
    previous = byte;
  }
  return -1;
}

function isOpening(byte: number): boolean {
  return byte === OPEN || byte === OPEN_LIST;
}

function isClosing(byte: number): boolean {
  return byte === CLOSE || byte === CLOSE_LIST;
}

/**
 * Notes an opening bracket, unless it stands too deep or where none may stand: an object opens after a colon or in a list;
 * anywhere else the one before was cut short and this is the next record.
 */
function enter(byte: number, previous: number, closers: number[]): boolean {
  if (closers.length === MAX_DEPTH) return false;
  const inList = closers[closers.length - 1] === CLOSE_LIST;
  const misplaced = previous !== COLON && previous !== OPEN_LIST && !(previous === COMMA && inList);
  if (byte === OPEN && misplaced) return false;
  closers.push(byte === OPEN ? CLOSE : CLOSE_LIST);
  return true;
}

/** Index of the closing quote, or of the line end that no string may hold; -1 where the window ends first. */
function endOfString(window: Buffer, start: number): number {
  for (let at = start; at < window.length; at += 1) {
    const byte = window[at];
    if (byte === QUOTE || byte === LF) return at;
    if (byte === BACKSLASH && window[at + 1] !== LF) at += 1;
  }
  return -1;
}

/** Collects records of a window, one a line. */
class LineWriter {
  lineCount = 0;
  records = 0;
  linesAhead: number;
  readonly #window: Buffer;
  readonly #output: Buffer;
  #length = 0;

  constructor(window: Buffer, linesAhead: number) {
    this.linesAhead = linesAhead;
    this.#window = window;
    // The worst case is `{{{{`: a damaged record, and so a line end, for every byte.
    this.#output = Buffer.allocUnsafe(window.length * 2 + 1);
  }

  /** A line end of the source that is not inside a record. */
  endLine(): void {
    if (this.linesAhead > 0) this.linesAhead -= 1;
    else this.#newlines(1);
  }

  /** Leaves out the rest of the window but for its line ends. */
  passOver(start: number): number {
    for (let at = start; at < this.#window.length; at += 1) if (this.#window[at] === LF) this.endLine();
    return this.#window.length;
  }

  record(start: number, end: number): void {
    const breaks = this.#copyJoined(start, end);
    const newlines = Math.max(1, breaks - this.linesAhead);
    this.linesAhead += newlines - breaks;
    this.#newlines(newlines);
    this.records += 1;
  }

  bytes(): Buffer {
    return this.#output.subarray(0, this.#length);
  }

  /** @returns how many line ends were left out. */
  #copyJoined(start: number, end: number): number {
    const record = this.#window.subarray(start, end);
    let breaks = 0;
    let from = 0;
    for (let newline = record.indexOf(LF); newline !== -1; newline = record.indexOf(LF, from)) {
      this.#copy(record, from, newline);
      breaks += 1;
      from = newline + 1;
      while (isIndentation(record[from])) from += 1;
    }
    this.#copy(record, from, record.length);
    return breaks;
  }

  #copy(record: Buffer, start: number, end: number): void {
    const kept = end > start && record[end - 1] === CR ? end - 1 : end;
    this.#length += record.copy(this.#output, this.#length, start, kept);
  }

  #newlines(count: number): void {
    this.#output.fill(LF, this.#length, this.#length + count);
    this.#length += count;
    this.lineCount += count;
  }
}

function isIndentation(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
