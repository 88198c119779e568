import { sqlList } from '../../kit/sql-literals.ts';
import { backupColumns } from '../backup-job.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { instantOrNull } from '../sql/instants.ts';
import { ENTITY_TYPES, RECORD_TYPES, STATUSES } from './words.ts';

/** An event may be in a notification that is in a message of a queue. */
const WRAPPERS = ['Message', 'Body', 'body', 'message'];

/** How an event of AWS Backup, or a job as its API lists it, becomes columns (spec log-formats.md, section 6.1). */
export const AWS_BACKUP_MAPPING: RecordMapping = {
  with: [
    'toValidUTF8(text) AS body',
    `${maskedJsonOrEmpty('body')} AS masked`,
    `${firstOf('masked', 'body')} AS record`,
    `${unwrapped('record')} AS once_unwrapped`,
    `${unwrapped('once_unwrapped')} AS event`,
    `JSONExtractRaw(event, 'detail') AS detail`,
    `if(detail = '', event, detail) AS job_json`,
    ...flatMembers('members', 'job_json', 3),
    `arrayMap(m -> lower(m.1), members) AS keys`,
    `arrayMap(m -> ${jsonText('m.2')}, members) AS texts`,
    `transform(JSONExtractString(event, 'detail-type'), ${sqlList(Object.keys(RECORD_TYPES))}, ${sqlList(Object.values(RECORD_TYPES))},
      multiIf(detail != '', lower(JSONExtractString(event, 'detail-type')), has(keys, 'backupjobid'), 'backup', has(keys, 'copyjobid'), 'copy',
        has(keys, 'restorejobid'), 'restore', '')) AS what`,
    `what IN ('backup', 'copy', 'restore') AS is_job`,
    `if(is_job, ${value("concat(what, 'jobid')")}, '') AS job_id`,
    `upper(${firstOf(field('state'), field('status'))}) AS state_word`,
    `if(is_job, transform(state_word, ${sqlList(Object.keys(STATUSES))}, ${sqlList(Object.values(STATUSES))}, ''), '') AS job_status`,
    `${instantOrNull(field('creationDate'))} AS creation`,
    `${instantOrNull(field('completionDate'))} AS completion`,
    `JSONExtractString(event, 'time') AS logged_time`,
    `coalesce(${instantOrNull('logged_time')}, completion, creation) AS moment`,
    `if(what = 'restore', ${firstOf(field('sourceResourceArn'), `JSONExtractString(event, 'resources', 1)`)}, ${field('resourceArn')}) AS arn`,
    `lower(replaceAll(${field('resourceType')}, ' ', '')) AS resource_type`,
    `if(arn = '' OR NOT is_job, '', transform(resource_type, ${sqlList(Object.keys(ENTITY_TYPES))}, ${sqlList(Object.values(ENTITY_TYPES))},
      concat('aws_', resource_type))) AS entity_type`,
    `if(is_job AND arn != '', (arn, entity_type, ${nameOfArn('arn')}), ('', '', '')) AS primary_entity`,
    `${firstOf(`JSONExtractString(event, 'account')`, field('accountId'))} AS account`,
    `${firstOf(`JSONExtractString(event, 'region')`, regionOfArn(field('resourceArn')), regionOfArn(field('recoveryPointArn')))} AS region`,
    `if(account = '', '', concat(account, '/', region)) AS environment`,
    `if(is_job AND environment != '', (environment, 'aws_environment', environment), ('', '', '')) AS parent_entity`,
    `multiIf(NOT is_job, '', what = 'restore', 'restore', 'backup') AS category`,
    `if(entity_type = '', '', concat(entity_type, transform(what, ['restore', 'copy'], ['_restore', '_backup_copy'], '_incremental_backup'))) AS task_type`,
    // Some messages come in quotes of their own.
    `trim(BOTH '"' FROM ${field('statusMessage')}) AS status_message`,
    `${firstOf(field('backupVaultName'), nameOfArn(field('destinationBackupVaultArn')), nameOfArn(field('backupVaultArn')))} AS vault`,
    `${field('createdBy.backupPlanId')} AS policy_id`,
    `${field('scanResult.scanResultStatus')} = 'THREATS_FOUND' AS is_threat`,
  ],
  columns: {
    ...backupColumns(
      {
        job: 'job_id',
        status: 'job_status',
        category: 'category',
        type: 'task_type',
        created: 'creation',
        started: `if(job_status IN ('', 'queued'), NULL, creation)`,
        ended: 'coalesce(completion, moment)',
        progress: `accurateCastOrNull(floor(toFloat64OrNull(trim(TRAILING '%' FROM ${field('percentDone')}))), 'UInt8')`,
        message: 'status_message',
        primary_entity: 'primary_entity',
        parent_entity: 'parent_entity',
        bytes: `toUInt64OrNull(${firstOf(field('backupSizeInBytes'), field('bytesTransferred'))})`,
        transferred: `toUInt64OrNull(${field('bytesTransferred')})`,
        vault: 'vault',
        policy_id: 'policy_id',
      },
      'CAST(arrayZip(arrayMap(m -> m.1, members), texts) AS Map(String, String))',
    ),
    refused: `multiIf(what != '' AND moment IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      what = '', 'no event and no job of AWS Backup',
      concat('no readable time "', substringUTF8(logged_time, 1, 80), '"'))`,
    time: 'moment',
    record_type: 'what',
    verdict: `if(is_threat, 'detected', 'allowed')`,
    signature: `multiIf(is_threat, 'malware in a recovery point', job_status = '', concat(replaceAll(what, '_', ' '), ' ', lower(state_word)),
      concat(what, ' ', job_status))`,
    severity: 'if(is_threat, 1, 0)',
    raw: firstOf('masked', 'text'),
  },
};

/** SQL for the JSON text that `json` wraps, or itself where it wraps none. */
function unwrapped(json: string): string {
  const inner = [
    ...WRAPPERS.map((key) => `JSONExtractString(${json}, '${key}')`),
    `JSONExtractString(${json}, 'Sns', 'Message')`,
  ];
  return `arrayFirst(x -> startsWith(trimLeft(x), '{'), [${inner.join(', ')}, ${json}, '{}'])`;
}

/** A member of the event's detail, or of the job; their names differ in case alone. '' where there is none, or an empty object. */
function field(name: string): string {
  return value(`'${name.toLowerCase()}'`);
}

function value(key: string): string {
  return `texts[indexOf(keys, ${key})]`;
}

/** The last part: `vol-…`, `i-…`, the bucket, the table. */
function nameOfArn(arn: string): string {
  return `splitByRegexp('[:/]', ${arn})[-1]`;
}

function regionOfArn(arn: string): string {
  return `splitByChar(':', ${arn})[4]`;
}
