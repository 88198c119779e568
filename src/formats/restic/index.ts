import { badInput } from '../../model/errors.ts';
import type { Format, Recognition, Specimen } from '../format.ts';
import { createJsonFramer } from '../framing/json.ts';
import { firstObject } from '../framing/json-objects.ts';
import { RUN, SNAPSHOT } from './mapping.ts';
import { createRunFramer } from './run-framer.ts';

const NAME = 'restic';

/** A message of a run, on a line of its own among others. */
const RUN_LINE = /^\s*\{\s*"message_type"\s*:\s*"(?:status|verbose_status|summary|error|exit_error)"/m;

/** What `restic backup --json` prints, and the list that `restic snapshots --json` gives. */
export const restic: Format = {
  name: NAME,
  title: 'restic runs and snapshots, as JSON',
  recognise: recogniseRestic,
  createFramer({ variant = 'run' }) {
    const options = { variant, context: '' };
    if (variant === 'run') return createRunFramer(options);
    if (variant === 'snapshots') return createJsonFramer(options);
    throw badInput('format', `${NAME}/${variant}`, 'the variants are run and snapshots');
  },
  variants: { run: RUN, snapshots: SNAPSHOT },
};

function recogniseRestic({ head }: Specimen): Recognition | undefined {
  if (RUN_LINE.test(head.toString('utf8').replace(/^\uFEFF/, ''))) return { confidence: 92, variant: 'run' };
  const first = firstObject(head);
  if (first === undefined) return undefined;
  const isSnapshot = ['time', 'tree', 'paths', 'hostname', 'id'].every((key) => key in first);
  return isSnapshot ? { confidence: 92, variant: 'snapshots' } : undefined;
}
