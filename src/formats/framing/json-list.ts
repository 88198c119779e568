import type { Framer } from '../format.ts';
import { createJsonFramer, type JsonFramerOptions } from './json.ts';

const LF = 0x0a;

export interface JsonListOptions extends JsonFramerOptions {
  /** The member that holds the list. */
  readonly member: string;
}

/** Frames the objects of one list inside an object: `{"items": [{…}, {…}], …}`. What stands before and after it is passed over. */
export function createJsonListFramer({ member, ...options }: JsonListOptions): Framer {
  const items = createJsonFramer({ ...options, insideList: true });
  let inside = false;
  return {
    cut(window, atEnd) {
      if (inside) return items.cut(window, atEnd);
      const end = endOfOpening(window, member);
      if (end === 0 && !atEnd) return { ...NOTHING, ...options };
      inside = true;
      if (end === 0) return items.cut(window, atEnd);
      const newlines = Buffer.from(window.subarray(0, end).filter((byte) => byte === LF));
      return { ...NOTHING, ...options, consumed: end, lines: [newlines], lineCount: newlines.length };
    },
  };
}

const NOTHING = { consumed: 0, lines: [], lineCount: 0, records: 0, faults: [] };

/** Index behind the bracket that opens the member's list; 0 where there is none. */
function endOfOpening(window: Buffer, member: string): number {
  const opening = new RegExp(`"${member}"\\s*:\\s*\\[`).exec(window.toString('latin1'));
  return opening === null ? 0 : opening.index + opening[0].length;
}
