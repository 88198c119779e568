import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { createLineFramer } from '../framing/lines.ts';
import { ARCHIVE, LOG_LINE } from './mapping.ts';
import { locationOfList, recogniseBorg } from './recognise.ts';

const NAME = 'borg';

/** What BorgBackup prints about archives as JSON, and its log as JSON lines. */
export const borg: Format = {
  name: NAME,
  title: 'BorgBackup archives and log, as JSON',
  recognise: recogniseBorg,
  createFramer(input) {
    const variant = input.variant ?? recogniseBorg(input)?.variant ?? 'archives';
    if (variant === 'log') return createLineFramer({ variant, context: '', splitObjects: true });
    if (variant !== 'archives') throw badInput('format', `${NAME}/${variant}`, 'the variants are archives and log');
    const lists = { members: ['archives'], depth: 1 };
    return createJsonFramer({ variant, context: '', lists, contextOf: locationOfList });
  },
  variants: { archives: ARCHIVE, log: LOG_LINE },
};
