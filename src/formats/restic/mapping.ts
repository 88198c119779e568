import { backupColumns } from '../backup-job.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { instantOrNull } from '../sql/instants.ts';

const TYPE = `'host_path_backup'`;
/** Letters of a snapshot id that old versions print; all of them agree in these. */
const SHORT_ID = 8;
/** Some files could not be read: told after the summary of a run that ended well otherwise. */
const INCOMPLETE = 3;

/** What one run printed, lines separated by \x1E (spec log-formats.md, section 6.2). It names neither host nor paths. */
export const RUN: RecordMapping = {
  with: [
    'toValidUTF8(text) AS body',
    `splitByChar('\\x1E', body) AS run_lines`,
    `arrayFilter(l -> startsWith(trimLeft(l), '{'), run_lines) AS objects`,
    `arrayFirst(l -> JSONExtractString(l, 'message_type') = 'summary', objects) AS summary`,
    `arrayFirst(l -> JSONExtractString(l, 'message_type') = 'exit_error', objects) AS exit_error`,
    `arrayMap(l -> if(startsWith(trimLeft(l), '{'), ${errorText('l')}, l), run_lines) AS told`,
    `substring(arrayStringConcat(arrayFilter(t -> t != '', told), '; '), 1, 4000) AS messages`,
    `JSONExtractString(summary, 'snapshot_id') AS snapshot_id`,
    `JSONExtractBool(summary, 'dry_run') AS dry_run`,
    `${instantOrNull(`JSONExtractString(summary, 'backup_start')`)} AS begin`,
    `${instantOrNull(`JSONExtractString(summary, 'backup_end')`)} AS end`,
    `JSONExtract(summary, 'total_duration', 'Nullable(Float64)') AS seconds`,
    `multiIf(summary != '', 'completed', JSONExtractInt(exit_error, 'code') = ${INCOMPLETE} AND length(objects) = 1, '',
      JSONExtractInt(exit_error, 'code') = 130, 'aborted',
      notEmpty(objects) OR match(messages, '(?i)^(fatal|error)|unable|cannot|failed'), 'failed', '') AS run_status`,
    // A run without a snapshot has no id: what it printed stands for it.
    `multiIf(dry_run OR run_status = '', '', snapshot_id != '', substring(snapshot_id, 1, ${SHORT_ID}),
      concat('run-', lower(hex(sipHash64(text))))) AS job_id`,
    `if(job_id = '', '', run_status) AS job_status`,
    ...flatMembers('members', 'summary', 1),
  ],
  columns: {
    ...backupColumns(
      {
        job: 'job_id',
        status: 'job_status',
        category: `'backup'`,
        type: TYPE,
        created: 'begin',
        started: 'begin',
        ended: 'end',
        took: `accurateCastOrNull(round(seconds * 1000000), 'UInt64')`,
        progress: `accurateCastOrNull(floor(JSONExtractFloat(objects[-1], 'percent_done') * 100), 'UInt8')`,
        message: 'messages',
        bytes: `JSONExtract(summary, 'total_bytes_processed', 'Nullable(UInt64)')`,
        transferred: `JSONExtract(summary, 'data_added', 'Nullable(UInt64)')`,
      },
      membersSql(),
    ),
    // Old versions say no time at all.
    time: 'coalesce(end, now64(6))',
    record_type: `if(summary = '' AND job_id = '', 'message', 'run')`,
    raw: `replaceAll(text, '\\x1E', '\\n')`,
  },
};

/** One of `restic snapshots --json`. */
export const SNAPSHOT: RecordMapping = {
  with: [
    'toValidUTF8(text) AS body',
    `${maskedJsonOrEmpty('body')} AS masked`,
    `${firstOf('masked', 'body')} AS record`,
    ...flatMembers('members', 'record', 2),
    `JSONExtractString(record, 'time') AS logged_time`,
    `${instantOrNull('logged_time')} AS moment`,
    `JSONExtractString(record, 'id') AS snapshot_id`,
    `concat(JSONExtractString(record, 'hostname'), ':', arrayStringConcat(JSONExtract(record, 'paths', 'Array(String)'), ',')) AS host_path`,
    `JSONExtractRaw(record, 'summary') AS summary`,
    `substring(snapshot_id, 1, ${SHORT_ID}) AS job_id`,
    `CAST((host_path, 'host_path', host_path) AS Tuple(id String, type String, value String)) AS primary_entity`,
  ],
  columns: {
    ...backupColumns(
      {
        job: 'job_id',
        status: `'completed'`,
        category: `'backup'`,
        type: TYPE,
        created: 'moment',
        started: 'moment',
        ended: instantOrNull(`JSONExtractString(summary, 'backup_end')`),
        primary_entity: 'primary_entity',
        bytes: `JSONExtract(summary, 'total_bytes_processed', 'Nullable(UInt64)')`,
        transferred: `JSONExtract(summary, 'data_added', 'Nullable(UInt64)')`,
      },
      membersSql(),
    ),
    refused: `multiIf(snapshot_id != '' AND moment IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      snapshot_id = '', 'no id of a snapshot',
      concat('no readable time "', substringUTF8(logged_time, 1, 80), '"'))`,
    time: 'moment',
    record_type: `'snapshot'`,
    raw: firstOf('masked', 'text'),
  },
};

/** SQL for what an `error` or an `exit_error` says, '' of other messages. */
function errorText(line: string): string {
  const message = firstOf(
    `JSONExtractString(${line}, 'error', 'message')`,
    `JSONExtractString(${line}, 'error.message')`,
    `JSONExtractString(${line}, 'error')`,
    `JSONExtractString(${line}, 'message')`,
  );
  const item = `JSONExtractString(${line}, 'item')`;
  return `if(JSONExtractString(${line}, 'message_type') IN ('error', 'exit_error'),
    concat(if(${item} = '', '', concat(${item}, ': ')), ${message}), '')`;
}

function membersSql(): string {
  return `CAST(arrayMap(m -> (m.1, ${jsonText('m.2')}), members) AS Map(String, String))`;
}
