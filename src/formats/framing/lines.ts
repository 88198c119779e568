import { type Frame, type Framer, MAX_FRAME_LINES } from '../format.ts';
import { indexOfJoint, objectsOf } from './json-scan.ts';

export interface LineFramerOptions {
  readonly variant: string;
  readonly context: string;
  /** Tells by its first byte a line that is no record; it keeps its number and loses its content. */
  readonly isComment?: (firstByte: number) => boolean;
  /** Records are JSON objects: each of those that share a line is one, as where files were put together without a line end. */
  readonly splitObjects?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LINE_END = Buffer.from('\n');

/** Frames text in which every non-blank line is a record; the lines pass on as slices of the window. */
export function createLineFramer(options: LineFramerOptions): Framer {
  let atStart = true;
  return {
    cut(window, atEnd) {
      const end = atEnd ? window.length : window.lastIndexOf(LF) + 1;
      const start = atStart ? byteOrderMarkLength(window) : 0;
      if (end > 0) atStart = false;
      return frameLines(window, Math.min(start, end), end, options);
    },
  };
}

/** Bytes that a UTF-8 byte order mark takes at the front of an input: 3 or 0. */
export function byteOrderMarkLength(window: Buffer): number {
  return window.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
}

function frameLines(window: Buffer, start: number, end: number, options: LineFramerOptions): Frame {
  const { variant, context } = options;
  const output = new Lines(window, start, options);
  let at = start;
  while (at < end && output.lineCount < MAX_FRAME_LINES) {
    const newline = window.indexOf(LF, at);
    const lineEnd = newline === -1 ? end : newline;
    output.line(at, lineEnd);
    at = Math.min(lineEnd + 1, end);
  }
  const lines = output.upTo(at);
  if (at > start && window[at - 1] !== LF) lines.push(LINE_END);
  return { consumed: at, lines, lineCount: output.lineCount, records: output.records, variant, context, faults: [] };
}

/** Collects the lines of a window; those that need no change stay slices of it. */
class Lines {
  lineCount = 0;
  records = 0;
  readonly #window: Buffer;
  readonly #options: LineFramerOptions;
  readonly #lines: Buffer[] = [];
  #kept: number;
  #joint: number;

  constructor(window: Buffer, start: number, options: LineFramerOptions) {
    this.#window = window;
    this.#options = options;
    this.#kept = start;
    this.#joint = options.splitObjects === true ? this.#jointFrom(start) : window.length;
  }

  line(start: number, end: number): void {
    this.lineCount += 1;
    if (isBlank(this.#window, start, end)) return;
    if (this.#options.isComment?.(this.#window[start] ?? LF)) {
      this.upTo(start);
      this.#kept = end;
      return;
    }
    this.records += 1;
    if (this.#joint < end) this.#split(start, end);
  }

  /** Everything before `at` that was not left out. */
  upTo(at: number): Buffer[] {
    this.#lines.push(this.#window.subarray(this.#kept, at));
    return this.#lines;
  }

  #split(start: number, end: number): void {
    this.#joint = this.#jointFrom(end);
    const objects = objectsOf(this.#window.subarray(start, end));
    if (objects.length === 1) return;
    this.upTo(start);
    for (const object of objects) this.#lines.push(object, LINE_END);
    // The last one has the line end of the source.
    this.#lines.pop();
    this.#kept = end;
    this.lineCount += objects.length - 1;
    this.records += objects.length - 1;
  }

  #jointFrom(start: number): number {
    const joint = indexOfJoint(this.#window, start);
    return joint === -1 ? this.#window.length : joint;
  }
}

/** A lone carriage return is what CRLF leaves of an empty line. */
function isBlank(window: Buffer, start: number, end: number): boolean {
  return end === start || (end === start + 1 && window[start] === CR);
}
