import { badInput } from '../../model/errors.ts';
import type { Format } from '../format.ts';
import { createCsvFramer } from '../framing/csv.ts';
import { COLUMNS, placesOf } from './columns.ts';
import { ROW } from './mapping.ts';

const NAME = 'backup-csv';

/** Backup jobs of any tool, as a table whose first row names the columns. */
export const backupCsv: Format = {
  name: NAME,
  title: 'Backup jobs of any tool, as CSV',
  recognise({ head }) {
    const places = placesOf(head);
    return places?.[COLUMNS.indexOf('primary_entity_value')] ? { confidence: 90 } : undefined;
  },
  createFramer({ head, variant = 'tasks' }) {
    if (variant !== 'tasks') throw badInput('format', `${NAME}/${variant}`, 'the only variant is tasks');
    const places = placesOf(head);
    if (places === undefined)
      throw badInput(
        'format',
        NAME,
        'the first row must name the columns, task, status and start_timestamp among them',
      );
    return createCsvFramer({ variant, context: JSON.stringify(places), header: true });
  },
  variants: { tasks: ROW },
};
