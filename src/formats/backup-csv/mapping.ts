import { sqlList } from '../../kit/sql-literals.ts';
import { backupColumns } from '../backup-job.ts';
import type { RecordMapping } from '../format.ts';
import { unescapeSql } from '../framing/csv.ts';
import { csvCells } from '../sql/csv-cells.ts';
import { instantOrNull } from '../sql/instants.ts';
import { elementsAt } from '../sql/places.ts';
import { COLUMNS, type Column } from './columns.ts';

const ENTITY = 'Tuple(id String, type String, value String)';

/** Words for the states, as reports and tools write them. */
const STATUSES: Readonly<Record<string, string>> = {
  queued: 'queued',
  pending: 'queued',
  in_progress: 'in_progress',
  running: 'in_progress',
  completed: 'completed',
  complete: 'completed',
  success: 'completed',
  succeeded: 'completed',
  ok: 'completed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  aborting: 'aborting',
  aborted: 'aborted',
  cancelled: 'aborted',
  canceled: 'aborted',
};

/** A row of the table that any tool can be made to write. The places of its columns are the frame's context. */
export const ROW: RecordMapping = {
  with: [
    `${csvCells('text')} AS cells`,
    `JSONExtract(context, 'Array(UInt32)') AS places`,
    `${elementsAt('cells', 'places', COLUMNS.length)} AS f`,
    `${cell('task')} AS task`,
    `lower(${cell('status')}) AS status_word`,
    `transform(replaceAll(status_word, ' ', '_'), ${sqlList(Object.keys(STATUSES))}, ${sqlList(Object.values(STATUSES))}, '') AS job_status`,
    `${instantOrNull(cell('created_timestamp'))} AS creation`,
    `${instantOrNull(cell('start_timestamp'))} AS begin`,
    `${instantOrNull(cell('end_timestamp'))} AS end`,
    `${cell('category')} AS named_category`,
    `multiIf(named_category != '', lower(named_category), position(lower(task), 'snapshot_restore') > 0, 'snapshot_restore',
      position(lower(task), 'restore') > 0, 'restore', position(lower(task), 'snapshot') > 0, 'snapshot', 'backup') AS category`,
    `${entity('primary')} AS primary_entity`,
    `${entity('parent')} AS parent_entity`,
    // Without an id of its own a job is what it does to what, and when it began.
    `if(${cell('task_id')} != '', ${cell('task_id')}, lower(hex(sipHash128(task, primary_entity, parent_entity,
      ${cell('start_timestamp')}, ${cell('created_timestamp')})))) AS job_id`,
    `if(job_status IN ('completed', 'failed', 'aborted'), coalesce(end, begin, creation), coalesce(begin, creation)) AS moment`,
    `${cell('message')} AS message`,
    `${cell('policy_id')} AS policy_id`,
  ],
  columns: {
    ...backupColumns({
      job: 'job_id',
      status: 'job_status',
      category: 'category',
      type: 'task',
      // Rows of one job find each other by a time of creation that is the same in all; without one, by the id.
      created: `if(${cell('task_id')} = '', coalesce(creation, begin), creation)`,
      started: 'begin',
      ended: 'end',
      progress: `toUInt8OrNull(${cell('progress')})`,
      message: 'message',
      primary_entity: 'primary_entity',
      parent_entity: 'parent_entity',
      bytes: `toUInt64OrNull(${cell('bytes')})`,
      transferred: `toUInt64OrNull(${cell('transferred_bytes')})`,
      vault: cell('vault'),
      policy_id: 'policy_id',
      policy_name: cell('policy_name'),
      kept_until: instantOrNull(cell('retained_until')),
    }),
    refused: `multiIf(task = '', 'no task',
      job_status = '', concat('unknown status "', substringUTF8(status_word, 1, 80), '"'),
      ${unreadable('created_timestamp', 'creation')}, ${unreadable('start_timestamp', 'begin')}, ${unreadable('end_timestamp', 'end')},
      ${unreadable('bytes', `toUInt64OrNull(${cell('bytes')})`)}, moment IS NULL, 'neither start_timestamp nor created_timestamp', '')`,
    time: 'moment',
    record_type: `'task'`,
    raw: unescapeSql('text'),
  },
};

/** SQL for a column's text, '' where the row or the header lacks it. */
function cell(column: Column): string {
  return `f[${COLUMNS.indexOf(column) + 1}]`;
}

/** The id is the value where no id is given. */
function entity(role: 'primary' | 'parent'): string {
  const [id, type, value] = [cell(`${role}_entity_id`), cell(`${role}_entity_type`), cell(`${role}_entity_value`)];
  return `CAST((if(${id} = '', ${value}, ${id}), ${type}, if(${value} = '', ${id}, ${value})) AS ${ENTITY})`;
}

/** Condition and reason for `multiIf`: something stands there that cannot be read. */
function unreadable(column: Column, value: string): string {
  return `${cell(column)} != '' AND ${value} IS NULL, concat('no readable ${column} "', substringUTF8(${cell(column)}, 1, 80), '"')`;
}
