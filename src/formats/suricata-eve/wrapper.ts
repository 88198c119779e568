import type { Framer } from '../format.ts';
import { createJsonFramer, type JsonFramerOptions } from '../framing/json.ts';

const LF = 0x0a;

/**
 * Frames the entries of an export that wraps events: `{…"raw_logs":{"entries":[{"data":"…"},…]}}`. What stands before and after
 * the list is passed over; the entries are plain JSON objects.
 */
export function createWrapperFramer(options: JsonFramerOptions): Framer {
  const entries = createJsonFramer({ ...options, insideList: true });
  let inside = false;
  return {
    cut(window, atEnd) {
      if (inside) return entries.cut(window, atEnd);
      const key = window.indexOf('"entries"');
      const list = key === -1 ? -1 : window.indexOf('[', key);
      if (list === -1 && atEnd) {
        inside = true;
        return entries.cut(window, atEnd);
      }
      inside = list !== -1;
      const consumed = list + 1;
      const newlines = Buffer.from(window.subarray(0, consumed).filter((byte) => byte === LF));
      return { consumed, lines: [newlines], lineCount: newlines.length, records: 0, ...options, faults: [] };
    },
  };
}
