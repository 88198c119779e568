import { type Frame, type Framer, MAX_FRAME_LINES } from '../format.ts';
import { byteOrderMarkLength, createLineFramer } from '../framing/lines.ts';
import { headerContext, isDirective, newHeader, readDirective } from './tsv-header.ts';

const LF = 0x0a;
const HASH = 0x23;
const COMMENT = Buffer.from('\n#');

/**
 * Frames Zeek's TSV container. A frame is one stretch of rows under one header; it ends where a new header begins, since
 * rotated files put together may name other fields (log-formats.md, 3.1). Header and comment lines are emptied.
 *
 * @param path name of the log where the header has no `#path`.
 */
export function createTsvFramer(path: string): Framer {
  const header = newHeader(path);
  return {
    cut(window, atEnd): Frame {
      const end = atEnd ? window.length : window.lastIndexOf(LF) + 1;
      let rows = byteOrderMarkLength(window);
      let lines = 0;
      for (; rows < end && lines < MAX_FRAME_LINES && (window[rows] === HASH || window[rows] === LF); lines += 1) {
        const next = endOfLine(window, rows, end);
        readDirective(header, window.toString('utf8', rows, next).replace(/\r?\n$/, ''));
        rows = next;
      }
      const block = window.subarray(0, nextHeader(window, rows, end));
      const framer = createLineFramer({
        variant: 'tsv',
        context: headerContext(header),
        isComment: (byte) => byte === HASH,
      });
      return framer.cut(block, true);
    },
  };
}

/** Where the first line that changes the header begins, or the last comment that a frame has room for, or the end. */
function nextHeader(window: Buffer, start: number, end: number): number {
  let comments = 0;
  for (
    let at = window.indexOf(COMMENT, Math.max(start - 1, 0));
    at !== -1 && at + 1 < end;
    at = window.indexOf(COMMENT, at + 1)
  ) {
    comments += 1;
    if (comments === MAX_FRAME_LINES) return at + 1;
    if (isDirective(window.toString('latin1', at + 1, Math.min(at + 20, end)))) return at + 1;
  }
  return end;
}

function endOfLine(window: Buffer, start: number, end: number): number {
  const newline = window.indexOf(LF, start);
  return newline === -1 || newline >= end ? end : newline + 1;
}
