import type { EventStore } from '../../events/client.ts';
import { backupJobsSql } from '../../events/queries/backup-jobs-sql.ts';
import {
  type FileColumn,
  type FileQuestion,
  type FileTarget,
  type WrittenFile,
  writeFile,
} from '../../events/write-file.ts';
import type { ActivityReportQuestion } from '../../model/report.ts';
import { UNIT_ID, UNIT_NAME, type UnitNames, unitParameters } from './unit-columns.ts';

const STATUS = `if(status = 'completed', 'success', status)`;

/** Columns and order of section 2.3 of the specification; append only. */
const COLUMNS: readonly FileColumn[] = [
  { name: 'task_id', sql: 'id', kind: 'text' },
  { name: 'task', sql: 'type', kind: 'text' },
  { name: 'category', sql: 'category', kind: 'text' },
  { name: 'status', sql: STATUS, kind: 'text' },
  { name: 'primary_entity_type', sql: 'primary_type', kind: 'text' },
  { name: 'primary_entity_id', sql: 'primary_id', kind: 'text' },
  { name: 'primary_entity_value', sql: 'primary_value', kind: 'text' },
  { name: 'parent_entity_type', sql: 'parent_type', kind: 'text' },
  { name: 'parent_entity_id', sql: 'parent_id', kind: 'text' },
  { name: 'parent_entity_value', sql: 'parent_value', kind: 'text' },
  { name: 'organizational_unit_id', sql: UNIT_ID, kind: 'text' },
  { name: 'organizational_unit_name', sql: UNIT_NAME, kind: 'text' },
  { name: 'created_timestamp', sql: 'created_at', kind: 'instant' },
  { name: 'start_timestamp', sql: 'started_at', kind: 'instant' },
  { name: 'end_timestamp', sql: 'ended_at', kind: 'instant' },
  { name: 'duration_seconds', sql: `dateDiff('second', started_at, ended_at)`, kind: 'number' },
  { name: 'bytes_transferred', sql: 'transferred_bytes', kind: 'number' },
  { name: 'error_message', sql: `if(status = 'completed', '', message)`, kind: 'text' },
];

export const ACTIVITY_COLUMNS = COLUMNS.map(({ name }) => name);

export interface ActivityReport {
  readonly question: ActivityReportQuestion;
  readonly units: UnitNames;
}

/** One row for each backup, restore or snapshot that has ended, newest first. */
export function writeActivity(store: EventStore, report: ActivityReport, target: FileTarget): Promise<WrittenFile> {
  return writeFile(store, activityFile(report), target);
}

export function activityFile({ question, units }: ActivityReport): FileQuestion {
  const { sql, parameters } = backupJobsSql(question);
  const source = { sql, parameters: { ...parameters, ...unitParameters(units) } };
  return { columns: COLUMNS, source, order: `${STARTED} DESC, id` };
}

const STARTED = 'ifNull(started_at, created_at)';
