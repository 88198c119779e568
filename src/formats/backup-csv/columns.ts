import { firstRows } from '../umbrella-csv/first-rows.ts';

/** Columns of the table, in the order of the specification (log-formats.md, section 6.5); behind them what else a job may tell. */
export const COLUMNS = [
  'task',
  'status',
  'primary_entity_type',
  'primary_entity_id',
  'primary_entity_value',
  'parent_entity_type',
  'parent_entity_value',
  'start_timestamp',
  'end_timestamp',
  'bytes',
  'message',
  'task_id',
  'category',
  'created_timestamp',
  'parent_entity_id',
  'progress',
  'transferred_bytes',
  'vault',
  'policy_id',
  'policy_name',
  'retained_until',
] as const;

export type Column = (typeof COLUMNS)[number];

/** Without these a row tells no job. */
const REQUIRED: readonly Column[] = ['task', 'status', 'start_timestamp'];

/** Place of each column in a row, from 1; 0 where the header does not name it. Undefined where the first row is no such header. */
export function placesOf(head: Buffer): number[] | undefined {
  const [header = []] = firstRows(head.toString('utf8').replace(/^\uFEFF/, ''), 1, true);
  const names = header.map((name) => name.trim().toLowerCase());
  if (!REQUIRED.every((name) => names.includes(name))) return undefined;
  return COLUMNS.map((column) => names.indexOf(column) + 1);
}
