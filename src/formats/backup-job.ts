import { BACKUP_JOB_FIELDS, type BackupJobField, backupJob } from './backup-fields.ts';
import type { RecordMapping } from './format.ts';

/**
 * Columns of a record about backups: its job, and in `extra` what rules and searches ask for, under the same names whatever
 * tool it was. Expressions are used more than once: give names.
 *
 * @param extra SQL for everything else, a map
 */
export function backupColumns(
  fields: Readonly<Partial<Record<BackupJobField, string>>>,
  extra = 'CAST(map() AS Map(String, String))',
): RecordMapping['columns'] {
  const text = (field: BackupJobField) => fields[field] ?? BACKUP_JOB_FIELDS[field].missing;
  const entity = (field: BackupJobField, element: string) =>
    `tupleElement(CAST(${text(field)} AS ${BACKUP_JOB_FIELDS[field].type}), '${element}')`;
  return {
    kind: `'backup'`,
    signature: `if(${text('status')} = '', '', concat(${text('category')}, ' ', ${text('status')}))`,
    backup_job: backupJob(fields),
    // What a backup is of stands where others name who made a request.
    identity_labels: `[toString(${entity('primary_entity', 'value')})]`,
    identity_types: `['network_device']`,
    extra: `mapUpdate(${extra}, CAST(map('task_id', ${text('job')}, 'task_category', ${text('category')}, 'task_type', ${text('type')},
      'task_status', ${text('status')}, 'task_message', ${text('message')}, 'entity_type', ${entity('primary_entity', 'type')},
      'entity_value', ${entity('primary_entity', 'value')}, 'parent_entity_value', ${entity('parent_entity', 'value')},
      'policy_id', ${text('policy_id')}) AS Map(String, String)))`,
  };
}
