import { type Frame, type Framer, type FramingFault, MAX_FRAME_LINES } from '../format.ts';
import { byteOrderMarkLength } from './lines.ts';

interface CsvFramerOptions {
  readonly variant: string;
  readonly context: string;
  /** The first record names columns: it keeps its number and loses its content. */
  readonly header?: boolean;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
/** Stands for a line end inside a record; see `unescapeSql`. */
const ESCAPE = 0x1e;
const ESCAPED_LF = 0x6e;
const ESCAPED_ESCAPE = 0x73;

const LINE_END = Buffer.from('\n');
const MAX_RECORD_BYTES = 2 ** 20;
const MAX_RECORD_LINES = 200;

/**
 * Frames CSV whose quoted fields may hold line ends. A record on several lines becomes one: line ends in it are written as
 * `\x1En`, and the byte \x1E itself, wherever it stands, as `\x1Es`. Mappings undo that with `unescapeSql`.
 *
 * A quote that nothing closes costs its line, not the rest of the input: where no end is found within 1 MiB or 200 lines, or
 * where a following line begins as only a record can, the first line is refused and framing goes on at the next.
 */
export function createCsvFramer(options: CsvFramerOptions): Framer {
  const state: State = { atStart: true, headerPending: options.header ?? false, insideLongLine: false };
  return {
    cut(window, atEnd) {
      const output = new FrameWriter(window, atEnd);
      const start = state.atStart ? byteOrderMarkLength(window) : 0;
      const end = cutRecords(window, start, atEnd, output, state);
      // A byte order mark alone is nothing yet: it must still be there when the next window comes.
      const consumed = state.atStart && end === start && !atEnd ? 0 : end;
      if (consumed > 0) state.atStart = false;
      return output.frame(consumed, options, state.insideLongLine);
    },
  };
}

/** What a framer remembers from window to window. */
interface State {
  atStart: boolean;
  headerPending: boolean;
  /** The rest of a line that was refused for its length is still to come. */
  insideLongLine: boolean;
}

function cutRecords(window: Buffer, start: number, atEnd: boolean, output: FrameWriter, state: State): number {
  output.keepFrom(start);
  let at = state.insideLongLine ? output.dropLine(start) : start;
  state.insideLongLine = state.insideLongLine && at === window.length && window[at - 1] !== LF && !atEnd;
  while (at < window.length && output.lineCount < MAX_FRAME_LINES) {
    const end = endOfRecord(window, at, atEnd);
    if (end === INCOMPLETE) break;
    if (end >= 0) {
      const isHeader = state.headerPending && !isBlank(window, at, end);
      if (isHeader) state.headerPending = false;
      output.record(at, end, isHeader);
      at = Math.min(end + 1, window.length);
    } else {
      at = output.refuseLine(at, REASONS[end] ?? '');
      state.insideLongLine = at === window.length && window[at - 1] !== LF && !atEnd;
    }
  }
  return at;
}

/** SQL that gives a record, or a value of it, its own line ends back. */
export function unescapeSql(text: string): string {
  return `replaceAll(replaceAll(${text}, '\\x1En', '\\n'), '\\x1Es', '\\x1E')`;
}

/** SQL condition: the framer escaped something in this record. */
export function isEscapedSql(text: string): string {
  return `position(${text}, '\\x1E') > 0`;
}

const INCOMPLETE = -1;
const OVER_LINES = -2;
const OVER_BYTES = -3;
const BEFORE_RECORD = -4;
const BEFORE_END = -5;
const TOO_LONG = -6;

const REASONS: Readonly<Record<number, string>> = {
  [OVER_LINES]: `quote not closed within ${MAX_RECORD_LINES} lines`,
  [OVER_BYTES]: 'quote not closed within 1 MiB',
  [BEFORE_RECORD]: 'quote not closed before the next record',
  [BEFORE_END]: 'quote not closed before the end of the input',
  [TOO_LONG]: 'line longer than 1 MiB',
};

/** Index of the line end that closes the record, or of the end of the input; a negative code where there is none. */
function endOfRecord(window: Buffer, start: number, atEnd: boolean): number {
  const limit = Math.min(window.length, start + MAX_RECORD_BYTES);
  let quoted = false;
  let lines = 1;
  for (let at = start; at < limit; at += 1) {
    const byte = window[at];
    if (byte === QUOTE) quoted = !quoted;
    if (byte !== LF) continue;
    if (!quoted) return at;
    if (at + 2 >= window.length && !atEnd) return INCOMPLETE;
    if (beginsRecord(window, at + 1)) return BEFORE_RECORD;
    lines += 1;
    if (lines > MAX_RECORD_LINES) return OVER_LINES;
  }
  if (limit - start >= MAX_RECORD_BYTES) return lines === 1 ? TOO_LONG : OVER_BYTES;
  return endWithoutLineEnd(window, quoted, atEnd);
}

function endWithoutLineEnd(window: Buffer, quoted: boolean, atEnd: boolean): number {
  if (!atEnd) return INCOMPLETE;
  return quoted ? BEFORE_END : window.length;
}

/**
 * Inside quotes, a quote is doubled, or ends the field: a blank, a comma or a line end follows. Any other quote opens a field,
 * so the field before was never closed.
 */
function beginsRecord(window: Buffer, at: number): boolean {
  if (window[at] !== QUOTE) return false;
  const next = window[at + 1];
  return !(next === undefined || next === QUOTE || next === COMMA || next === SPACE || next === TAB || isLineEnd(next));
}

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

/** A lone carriage return is what CRLF leaves of an empty line. */
function isBlank(window: Buffer, start: number, end: number): boolean {
  return end === start || (end === start + 1 && window[start] === CR);
}

/** Collects the lines of a window; records that need no change stay slices of it. */
class FrameWriter {
  readonly #window: Buffer;
  readonly #atEnd: boolean;
  readonly #lines: Buffer[] = [];
  readonly #faults: FramingFault[] = [];
  readonly #mayNeedEscape: boolean;
  #kept = 0;
  #lineCount = 0;
  #records = 0;

  constructor(window: Buffer, atEnd: boolean) {
    this.#window = window;
    this.#atEnd = atEnd;
    this.#mayNeedEscape = window.includes(ESCAPE);
  }

  get lineCount(): number {
    return this.#lineCount;
  }

  /** Bytes before `at` that were not given out are left out. */
  keepFrom(at: number): void {
    this.#kept = at;
  }

  record(start: number, end: number, isHeader: boolean): void {
    this.#lineCount += 1;
    if (isBlank(this.#window, start, end)) return;
    if (!isHeader) this.#records += 1;
    const record = this.#window.subarray(start, end);
    const breaks = this.#breaksIn(record);
    if (breaks === 0 && !isHeader && !(this.#mayNeedEscape && record.includes(ESCAPE))) return;
    this.#giveUpTo(start);
    if (!isHeader) this.#lines.push(escaped(record));
    if (breaks > 0) this.#lines.push(Buffer.alloc(breaks, LF));
    this.#lineCount += breaks;
    this.#kept = end;
  }

  /** @returns where the next line begins. */
  refuseLine(start: number, reason: string): number {
    this.#giveUpTo(start);
    const bytes = this.#window.subarray(start, this.#endOfLine(start));
    this.#faults.push({ line: this.#lineCount, reason, bytes: bytes.subarray(0, MAX_RECORD_BYTES) });
    return this.dropLine(start);
  }

  /** Leaves out the bytes of a line, and keeps its line end, which may not have come yet. @returns where the next line begins. */
  dropLine(start: number): number {
    const end = this.#endOfLine(start);
    this.#kept = end;
    if (end < this.#window.length || this.#atEnd) this.#lineCount += 1;
    return Math.min(end + 1, this.#window.length);
  }

  frame(consumed: number, { variant, context }: CsvFramerOptions, insideLine: boolean): Frame {
    this.#giveUpTo(consumed);
    // The last line of the input may lack its end.
    if (consumed > 0 && this.#window[consumed - 1] !== LF && !insideLine && this.#lineCount > 0) {
      this.#lines.push(LINE_END);
    }
    const [lineCount, records] = [this.#lineCount, this.#records];
    return { consumed, lines: this.#lines, lineCount, records, variant, context, faults: this.#faults };
  }

  #giveUpTo(end: number): void {
    if (end > this.#kept) this.#lines.push(this.#window.subarray(this.#kept, end));
    this.#kept = Math.max(this.#kept, end);
  }

  #endOfLine(start: number): number {
    const end = this.#window.indexOf(LF, start);
    return end === -1 ? this.#window.length : end;
  }

  #breaksIn(record: Buffer): number {
    let breaks = 0;
    for (let at = record.indexOf(LF); at !== -1; at = record.indexOf(LF, at + 1)) breaks += 1;
    return breaks;
  }
}

function escaped(record: Buffer): Buffer {
  const output = Buffer.allocUnsafe(record.length * 2);
  let length = 0;
  for (const byte of record) {
    const isSpecial = byte === LF || byte === ESCAPE;
    output[length] = isSpecial ? ESCAPE : byte;
    length += 1;
    if (!isSpecial) continue;
    output[length] = byte === LF ? ESCAPED_LF : ESCAPED_ESCAPE;
    length += 1;
  }
  return output.subarray(0, length);
}
