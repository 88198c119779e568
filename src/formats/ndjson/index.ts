import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { isOneALine } from '../framing/json-objects.ts';
import { createLineFramer } from '../framing/lines.ts';
import { ECS, FLAT } from './field-map.ts';
import { fieldMapping } from './mapping.ts';
import { parseOwnMap } from './own-map.ts';
import { recogniseNdjson } from './recognise.ts';

/** JSON objects of any origin, read by the names of their members. See README.md for the names. */
export const ndjson: Format = {
  name: 'ndjson',
  title: 'JSON objects with a field map',
  recognise: recogniseNdjson,
  createFramer(input) {
    const options = framed(input.variant ?? recogniseNdjson(input)?.variant ?? 'flat');
    return isOneALine(input.head) ? createLineFramer({ ...options, splitObjects: true }) : createJsonFramer(options);
  },
  variants: {
    ecs: fieldMapping(ECS),
    flat: fieldMapping(FLAT),
    own: fieldMapping(FLAT, `JSONExtract(context, 'Map(String, Array(String))')`),
  },
};

/** Anything but the two maps we have is a map of the user's own; it travels with the records, as their context. */
function framed(variant: string): { variant: string; context: string } {
  if (variant === 'ecs' || variant === 'flat') return { variant, context: '' };
  return { variant: 'own', context: JSON.stringify(parseOwnMap(variant)) };
}
