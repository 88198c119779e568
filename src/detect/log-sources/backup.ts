import { extra, type LogSourceMapping, lowerText, own, RAW, text } from './mapping.ts';

/** Steps of backup jobs, whatever made the backup. No category of the public repository. */
export const BACKUP: LogSourceMapping = {
  scan: 'backup',
  condition: () => '1',
  keywords: RAW,
  column: (field) =>
    own(
      {
        // `backup failed`, `restore completed`, `malware in a recovery point`.
        event: lowerText('lower(toString(signature))'),
        // A status of `model/task.ts`: `failed`, `completed`.
        status: lowerText(extra('task_status')),
        category: lowerText(extra('task_category')),
        type: text(extra('task_type')),
        message: text(extra('task_message')),
        entity_type: text(extra('entity_type')),
        entity: text(extra('entity_value')),
        parent: text(extra('parent_entity_value')),
      },
      field,
    ),
};
