import type { Frame, Framer } from '../format.ts';

export interface LineFramerOptions {
  readonly variant: string;
  readonly context: string;
  /** Tells by its first byte a line that is no record; it keeps its number and loses its content. */
  readonly isComment?: (firstByte: number) => boolean;
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
  const { variant, context, isComment } = options;
  const lines: Buffer[] = [];
  let lineCount = 0;
  let records = 0;
  let kept = start;
  for (let at = start; at < end; ) {
    const newline = window.indexOf(LF, at);
    const lineEnd = newline === -1 ? end : newline;
    lineCount += 1;
    if (!isBlank(window, at, lineEnd)) {
      if (isComment?.(window[at] ?? LF)) {
        lines.push(window.subarray(kept, at));
        kept = lineEnd;
      } else records += 1;
    }
    at = lineEnd + 1;
  }
  lines.push(window.subarray(kept, end));
  if (end > start && window[end - 1] !== LF) lines.push(LINE_END);
  return { consumed: end, lines, lineCount, records, variant, context, faults: [] };
}

/** A lone carriage return is what CRLF leaves of an empty line. */
function isBlank(window: Buffer, start: number, end: number): boolean {
  return end === start || (end === start + 1 && window[start] === CR);
}
