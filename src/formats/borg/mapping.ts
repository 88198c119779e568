import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { backupColumns } from '../backup-job.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { instantOrNull } from '../sql/instants.ts';

const TYPE = `'borg_archive_backup'`;
const PROGRESS = ['archive_progress', 'progress_message', 'progress_percent', 'file_status'];

/** A date, or a date and time, that makes the names of a series of archives differ. */
const STAMP = String.raw`[-_.]?\d{4}-?\d{2}-?\d{2}(?:[T_ -]?\d{2}[:_-]?\d{2}(?:[:_-]?\d{2}(?:\.\d+)?)?)?Z?$`;

const FIRST_NAMES = [
  'toValidUTF8(text) AS body',
  `${maskedJsonOrEmpty('body')} AS masked`,
  `${firstOf('masked', 'body')} AS record`,
  ...flatMembers('members', 'record', 4),
];

const EXTRA = `CAST(arrayMap(m -> (m.1, ${jsonText('m.2')}), members) AS Map(String, String))`;

/** What `borg create` prints, or an archive of `borg info` or `borg list` (spec log-formats.md, section 6.3). */
export const ARCHIVE: RecordMapping = {
  with: [
    ...FIRST_NAMES,
    `if(JSONHas(record, 'archive', 'id'), JSONExtractRaw(record, 'archive'), record) AS archive`,
    `JSONExtractString(archive, 'id') AS archive_id`,
    `${firstOf(`JSONExtractString(archive, 'name')`, `JSONExtractString(archive, 'archive')`)} AS archive_name`,
    `${firstOf(`JSONExtractString(archive, 'start')`, `JSONExtractString(archive, 'time')`)} AS logged_start`,
    `${instantOrNull('logged_start')} AS begin`,
    `${instantOrNull(`JSONExtractString(archive, 'end')`)} AS end`,
    `JSONExtractRaw(archive, 'stats') AS stats`,
    // Archives of one series are backups of one thing, whatever the time in their names.
    `replaceRegexpOne(archive_name, ${sqlText(STAMP)}, '') AS series`,
    `CAST((if(series = '', archive_name, series), 'borg_archive', archive_name) AS Tuple(id String, type String, value String)) AS primary_entity`,
    `${firstOf(`JSONExtractString(record, 'repository', 'location')`, 'context')} AS location`,
    `CAST((location, if(location = '', '', 'borg_repository'), location) AS Tuple(id String, type String, value String)) AS parent_entity`,
  ],
  columns: {
    ...backupColumns(
      {
        job: 'archive_id',
        status: `'completed'`,
        category: `'backup'`,
        type: TYPE,
        created: 'begin',
        started: 'begin',
        ended: 'end',
        took: `accurateCastOrNull(round(JSONExtract(archive, 'duration', 'Nullable(Float64)') * 1000000), 'UInt64')`,
        message: `JSONExtractString(archive, 'comment')`,
        primary_entity: 'primary_entity',
        parent_entity: 'parent_entity',
        bytes: `JSONExtract(stats, 'original_size', 'Nullable(UInt64)')`,
        transferred: `JSONExtract(stats, 'deduplicated_size', 'Nullable(UInt64)')`,
      },
      EXTRA,
    ),
    refused: `multiIf(archive_id != '' AND begin IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      archive_id = '', 'no id of an archive',
      concat('no readable time "', substringUTF8(logged_start, 1, 80), '"'))`,
    time: 'coalesce(end, begin)',
    record_type: `'archive'`,
    raw: firstOf('masked', 'text'),
  },
};

/** A line of `--log-json`. An error with a message id is what ended a run: all that a failed run leaves. */
export const LOG_LINE: RecordMapping = {
  with: [
    ...FIRST_NAMES,
    `JSONExtractString(record, 'type') AS line_type`,
    `${firstOf(`JSONExtractString(record, 'time')`, `JSONExtractString(record, 'created')`)} AS logged_time`,
    `${instantOrNull('logged_time')} AS moment`,
    `JSONExtractString(record, 'levelname') AS level`,
    `level IN ('ERROR', 'CRITICAL') AND JSONExtractString(record, 'msgid') != '' AS is_end`,
    `if(is_end, concat('run-', lower(hex(sipHash64(text)))), '') AS job_id`,
    `if(is_end, 'failed', '') AS job_status`,
    `if(is_end, 'backup', '') AS category`,
    `if(is_end, ${TYPE}, '') AS task_type`,
    `JSONExtractString(record, 'message') AS message`,
  ],
  columns: {
    ...backupColumns(
      {
        job: 'job_id',
        status: 'job_status',
        category: 'category',
        type: 'task_type',
        created: 'moment',
        started: 'moment',
        ended: 'moment',
        message: 'message',
      },
      EXTRA,
    ),
    ignored: `line_type IN ${sqlList(PROGRESS)}`,
    refused: `multiIf(line_type != '' AND moment IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      line_type = '', 'no type',
      concat('no readable time "', substringUTF8(logged_time, 1, 80), '"'))`,
    time: 'moment',
    record_type: 'line_type',
    raw: firstOf('masked', 'text'),
  },
};
