import { MAX_FRAME_LINES } from '../format.ts';
import { CR, isIndentation, LF } from './json-scan.ts';

/** Collects records of a window, one a line. */
export class LineWriter {
  lineCount = 0;
  records = 0;
  linesAhead: number;
  readonly #window: Buffer;
  readonly #output: Buffer;
  #length = 0;

  constructor(window: Buffer, linesAhead: number) {
    this.linesAhead = linesAhead;
    this.#window = window;
    // Each record may need a line end that the window has not, and no frame has more records than lines.
    this.#output = Buffer.allocUnsafe(window.length + Math.min(window.length, MAX_FRAME_LINES) + 1);
  }

  /** Whether the frame has as many lines as a frame may have. */
  get isFull(): boolean {
    return this.lineCount >= MAX_FRAME_LINES;
  }

  /** A line end of the source that is not inside a record. */
  endLine(): void {
    if (this.linesAhead > 0) this.linesAhead -= 1;
    else this.#newlines(1);
  }

  /** Leaves out a stretch of the window but for its line ends. */
  passOver(start: number, end: number): void {
    for (let at = start; at < end; at += 1) if (this.#window[at] === LF) this.endLine();
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
    const window = this.#window;
    let breaks = 0;
    let from = start;
    for (let newline = indexOfLineEnd(window, from, end); newline !== -1; newline = indexOfLineEnd(window, from, end)) {
      this.#copy(from, newline);
      from = newline;
      // In one loop, since nothing limits how many empty lines an object may hold.
      while (from < end && isLayout(window, from)) {
        if (window[from] === LF) breaks += 1;
        from += 1;
      }
    }
    this.#copy(from, end);
    return breaks;
  }

  #copy(start: number, end: number): void {
    const kept = end > start && this.#window[end - 1] === CR ? end - 1 : end;
    this.#length += this.#window.copy(this.#output, this.#length, start, kept);
  }

  #newlines(count: number): void {
    this.#output.fill(LF, this.#length, this.#length + count);
    this.#length += count;
    this.lineCount += count;
  }
}

function indexOfLineEnd(window: Buffer, start: number, end: number): number {
  const at = window.subarray(start, end).indexOf(LF);
  return at === -1 ? -1 : start + at;
}

/** Line ends and the indentation behind them. */
function isLayout(window: Buffer, at: number): boolean {
  const byte = window[at];
  return byte === LF || isIndentation(byte) || (byte === CR && window[at + 1] === LF);
}
