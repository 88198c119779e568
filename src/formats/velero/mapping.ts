import { backupColumns } from '../backup-job.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { instantOrNull } from '../sql/instants.ts';

const ENTITY = 'Tuple(id String, type String, value String)';

/** A resource of Velero as Kubernetes shows it (spec log-formats.md, section 6.4). */
export const VELERO_MAPPING: RecordMapping = {
  with: [
    'toValidUTF8(text) AS body',
    `${maskedJsonOrEmpty('body')} AS masked`,
    `${firstOf('masked', 'body')} AS record`,
    ...flatMembers('members', 'record', 4),
    `${text('kind')} AS resource`,
    `${text('metadata', 'name')} AS name`,
    `concat(${text('metadata', 'namespace')}, '/') AS scope`,
    `JSONExtractRaw(record, 'status') AS state_json`,
    // Volumes name the backup they are part of; all there is to find it by is its name.
    `${firstOf(text('metadata', 'labels', 'velero.io/backup-name'), text('spec', 'tags', 'backup'))} AS backup_name`,
    `resource IN ('PodVolumeBackup', 'DataUpload') AND backup_name != '' AS is_volume`,
    `multiIf(name = '', '', resource = 'Backup', concat('backup/', scope, name), resource = 'Restore', concat('restore/', scope, name),
      is_volume, concat('backup/', scope, backup_name), '') AS job_id`,
    `if(resource IN ('Backup', 'Restore'), lower(resource), '') AS category`,
    `${instantOrNull(text('metadata', 'creationTimestamp'))} AS creation`,
    `${instantOrNull(text('status', 'startTimestamp'))} AS begin`,
    `${instantOrNull(text('status', 'completionTimestamp'))} AS end`,
    // Spellings of the phases differ between versions.
    `lower(replaceRegexpAll(${text('status', 'phase')}, '[^A-Za-z]', '')) AS phase`,
    `multiIf(category = '', '', phase IN ('', 'new'), 'queued',
      phase = 'inprogress' OR position(phase, 'waiting') > 0 OR position(phase, 'finaliz') > 0, 'in_progress',
      phase = 'completed' OR phase = 'deleting' AND end IS NOT NULL, 'completed', position(phase, 'fail') > 0, 'failed', '') AS job_status`,
    `JSONExtract(record, 'spec', 'includedNamespaces', 'Array(String)') AS namespaces`,
    `empty(namespaces) OR has(namespaces, '*') AS is_cluster`,
    `if(is_cluster, 'k8s_cluster', 'k8s_namespace') AS entity_type`,
    `if(is_cluster, '*', arrayStringConcat(namespaces, ',')) AS entity_name`,
    `CAST(if(category = '', ('', '', ''), (entity_name, entity_type, entity_name)) AS ${ENTITY}) AS primary_entity`,
    `if(resource = 'Restore', ${text('spec', 'backupName')}, ${text('spec', 'storageLocation')}) AS parent_name`,
    `CAST(if(category = '' OR parent_name = '', ('', '', ''), (parent_name,
      if(resource = 'Restore', 'velero_backup', 'velero_storage_location'), parent_name)) AS ${ENTITY}) AS parent_entity`,
    `if(category = '', '', concat(entity_type, '_', category)) AS task_type`,
    `${text('metadata', 'labels', 'velero.io/schedule-name')} AS schedule`,
    `arrayStringConcat(arrayFilter(m -> m != '', [if(phase LIKE 'partially%', 'partially failed', ''), ${text('status', 'failureReason')}, ${text('status', 'message')},
      arrayStringConcat(JSONExtract(state_json, 'validationErrors', 'Array(String)'), '; '), ${counted('errors')}, ${counted('warnings')}]), '; ') AS message`,
    `JSONExtractUInt(state_json, 'progress', 'totalItems') AS total_items`,
    `JSONExtractUInt(state_json, 'progress', 'itemsBackedUp') + JSONExtractUInt(state_json, 'progress', 'itemsRestored') AS done_items`,
    `coalesce(end, begin, creation) AS moment`,
  ],
  columns: {
    ...backupColumns(
      {
        job: 'job_id',
        status: 'job_status',
        category: 'category',
        type: 'task_type',
        created: `if(category = '', NULL, creation)`,
        started: `if(category = '', NULL, begin)`,
        ended: 'end',
        progress: 'toUInt8(if(total_items = 0, 0, least(100, intDiv(done_items * 100, total_items))))',
        message: 'message',
        primary_entity: 'primary_entity',
        parent_entity: 'parent_entity',
        parts: `CAST(if(is_volume, [(concat(resource, '/', name), greatest(JSONExtractUInt(state_json, 'progress', 'totalBytes'),
          JSONExtractUInt(state_json, 'progress', 'bytesDone')))], []) AS Map(String, UInt64))`,
        vault: text('spec', 'storageLocation'),
        policy_id: `if(schedule = '', '', concat(scope, schedule))`,
        policy_name: 'schedule',
        kept_until: instantOrNull(text('status', 'expiration')),
      },
      `CAST(arrayMap(m -> (m.1, ${jsonText('m.2')}), members) AS Map(String, String))`,
    ),
    refused: `multiIf(resource != '' AND moment IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      resource = '', 'no kind', 'no time of creation')`,
    time: 'moment',
    record_type: 'resource',
    raw: firstOf('masked', 'text'),
  },
};

/** SQL for a text at a path of the record, '' where it has none. */
function text(...path: readonly string[]): string {
  return `JSONExtractString(record, ${path.map((key) => `'${key}'`).join(', ')})`;
}

/** SQL for `3 errors`, '' where there are none. */
function counted(key: string): string {
  const count = `JSONExtractUInt(state_json, '${key}')`;
  return `if(${count} = 0, '', concat(toString(${count}), ' ${key}'))`;
}
