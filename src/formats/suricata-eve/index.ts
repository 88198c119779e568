import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { isOneALine } from '../framing/json-objects.ts';
import { createLineFramer } from '../framing/lines.ts';
import { eveMapping } from './mapping.ts';
import { recogniseEve } from './recognise.ts';

const NAME = 'suricata-eve';
/** Where exports that wrap events have them: `{"raw_logs":{"entries":[…` */
const ENTRIES = { members: ['entries'], depth: 4 };

/** Suricata's event log, eve.json, of every version and in every layout (spec log-formats.md, section 2). */
export const suricataEve: Format = {
  name: NAME,
  title: 'Suricata EVE JSON',
  recognise: recogniseEve,
  createFramer(input) {
    const variant = input.variant ?? recogniseEve(input)?.variant ?? 'events';
    if (variant === 'wrapped') return createJsonFramer({ variant, context: '', lists: ENTRIES });
    if (variant !== 'events') throw badInput('format', `${NAME}/${variant}`, 'the variants are events and wrapped');
    return isOneALine(input.head)
      ? createLineFramer({ variant, context: '', splitObjects: true })
      : createJsonFramer({ variant, context: '' });
  },
  variants: {
    events: eveMapping('text'),
    // The event is a JSON string, pretty-printed once more; line ends are no part of a JSON value and can go.
    wrapped: eveMapping(`replaceRegexpAll(JSONExtractString(text, 'data'), '[\\\\r\\\\n]+[ \\\\t]*', '')`),
  },
};
