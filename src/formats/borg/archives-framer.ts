import type { Framer } from '../format.ts';
import { createJsonListFramer } from '../framing/json-list.ts';
import { locationIn } from './recognise.ts';

/** Frames the archives of one list; the context is the repository's location, which stands behind them. */
export function createArchivesFramer(variant: string, head: Buffer): Framer {
  const archives = createJsonListFramer({ variant, context: '', member: 'archives' });
  let location = locationIn(head.toString('utf8'));
  return {
    cut(window, atEnd) {
      location ||= locationIn(window.toString('utf8'));
      return { ...archives.cut(window, atEnd), context: location };
    },
  };
}
