import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { isOneALine } from '../framing/json-objects.ts';
import { createLineFramer } from '../framing/lines.ts';
import { WINDOWS_MAPPING } from './mapping.ts';
import { recogniseWindowsEvents } from './recognise.ts';

const NAME = 'windows-events';

/** Events of the Windows event log, Sysmon's above all, as JSON in the shapes that collectors write. */
export const windowsEvents: Format = {
  name: NAME,
  title: 'Windows event log and Sysmon, as JSON',
  recognise: recogniseWindowsEvents,
  createFramer({ head, variant = 'events' }) {
    if (variant !== 'events') throw badInput('format', `${NAME}/${variant}`, 'the only variant is events');
    const options = { variant, context: '' };
    return isOneALine(head) ? createLineFramer({ ...options, splitObjects: true }) : createJsonFramer(options);
  },
  variants: { events: WINDOWS_MAPPING },
};
