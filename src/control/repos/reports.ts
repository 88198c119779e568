import { randomUUID } from 'node:crypto';
import type { Report, ReportFile, ReportQuestion, ReportType } from '../../model/report.ts';
import type { Actor } from '../../model/scope.ts';
import type { Task, TaskStatus } from '../../model/task.ts';
import { appendAudit } from '../audit.ts';
import type { ReportRow } from '../task-rows.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { enqueue } from './jobs.ts';
import { endTask, startTask } from './task-course.ts';
import { createTask } from './tasks.ts';

/** Kind of the job that writes a report; its payload is `{reportId}`. */
const WRITE_REPORT = 'write-report';

export interface NewReport {
  readonly organizationId: number;
  readonly rootId: number;
  readonly fileName: string;
  readonly filters: string;
  readonly question: ReportQuestion;
  readonly actor: Actor;
}

/** Books a report with its task and queues the job that writes it: none is there without the others. */
export function bookReport(db: Db, input: NewReport, now: Date): Promise<{ report: Report; task: Task }> {
  const { organizationId, question, fileName } = input;
  return inTransaction(db, async (trx) => {
    const id = randomUUID();
    const job = await enqueue(trx, { kind: WRITE_REPORT, payload: { reportId: id }, organizationId });
    const about = { organizationId, abortable: true, jobId: job.id, primaryEntity: entityOf(id, fileName) };
    const type = `${question.type}_report_file_download`;
    const task = await createTask(trx, { ...about, type, category: 'report_generation' }, now);
    const row = await trx
      .insertInto('reports')
      .values({
        id,
        organizationId,
        rootId: input.rootId,
        type: question.type,
        fileName,
        filters: input.filters,
        question: JSON.stringify(question),
        taskId: Number(task.id),
        requestedBy: JSON.stringify(input.actor),
        state: 'pending',
        acceptedAt: now.toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const report = toReport(row);
    await auditReport(trx, report, { action: 'report.create', actor: input.actor });
    return { report, task };
  });
}

function entityOf(id: string, value: string) {
  return { id, type: 'report_download', value };
}

export interface ReportDeed {
  /** `report.create` or `report.download`. */
  readonly action: string;
  readonly actor: Actor;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export function auditReport(trx: Trx, report: Report, { action, actor, detail }: ReportDeed): Promise<void> {
  const { id, organizationId, fileName, type, taskId } = report;
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'report',
    objectId: id,
    objectLabel: fileName,
    organizationId,
    result: 'success',
    detail: { type, taskId, ...detail },
  });
}

export async function reportById(db: Db, id: string): Promise<Report | undefined> {
  const row = await db.selectFrom('reports').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toReport(row);
}

/** Notes that a pending report is being written; answers where its task stands. */
export function beginReport(db: Db, report: Report, now: Date): Promise<TaskStatus> {
  return inTransaction(db, async (trx) => {
    await trx.updateTable('reports').set({ startedAt: now.toISOString() }).where('id', '=', report.id).execute();
    return startTask(trx, Number(report.taskId), now);
  });
}

/** Makes a file the report's own. False when the report has ended or was asked to stop: then the file is nobody's. */
export function publishReport(db: Db, report: Report, file: ReportFile): Promise<boolean> {
  const { name, rows, columns, ...known } = file;
  return inTransaction(db, async (trx) => {
    const now = new Date(file.finishedAt);
    if (!(await endTask(trx, Number(report.taskId), { status: 'completed' }, now))) return false;
    const values = { ...known, state: 'ready', file: name, rowCount: rows, columns: JSON.stringify(columns) } as const;
    return updatePending(trx, report.id, values);
  });
}

export type ReportFailure = { readonly state: 'aborted' } | { readonly state: 'failed'; readonly error: string };

/** Ends a report without a file, and its task with it. False when it had ended before: its end stands. */
export function endReport(db: Db, report: Report, failure: ReportFailure, now: Date): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { state, ...why } = failure;
    if (!(await endTask(trx, Number(report.taskId), { status: state, ...why }, now))) return false;
    return updatePending(trx, report.id, { ...failure, finishedAt: now.toISOString() });
  });
}

async function updatePending(trx: Trx, id: string, values: Partial<ReportRow>): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('reports')
    .set(values)
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export interface ReportsQuestion {
  readonly organizationIds: readonly number[];
  readonly types?: readonly ReportType[];
  /** ISO 8601 instants with milliseconds; when it was asked for, inclusive and exclusive. */
  readonly from?: string;
  readonly before?: string;
  readonly now: string;
}

/** Reports whose file is there, newest first, and how many there are in all. */
export async function readyReports(
  db: Db,
  { organizationIds, types, from, before, now }: ReportsQuestion,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ total: number; reports: Report[] }> {
  let matching = db
    .selectFrom('reports')
    .where('state', '=', 'ready')
    .where('expiresAt', '>', now)
    .where('organizationId', 'in', organizationIds);
  if (types !== undefined) matching = matching.where('type', 'in', types);
  if (from !== undefined) matching = matching.where('acceptedAt', '>=', from);
  if (before !== undefined) matching = matching.where('acceptedAt', '<', before);
  const counted = matching.select((select) => select.fn.countAll<number>().as('total'));
  const { total } = await counted.executeTakeFirstOrThrow();
  const ordered = matching.selectAll().orderBy('acceptedAt', 'desc').orderBy('id');
  const rows = await ordered.limit(limit).offset(offset).execute();
  return { total, reports: rows.map(toReport) };
}

/** Marks ready reports whose time is over; answers those whose files are still to be removed. */
export async function expiredReports(db: Db, now: string): Promise<{ id: string; file: string }[]> {
  await db
    .updateTable('reports')
    .set({ state: 'expired' })
    .where('state', '=', 'ready')
    .where('expiresAt', '<=', now)
    .execute();
  const expired = db.selectFrom('reports').where('state', '=', 'expired').where('file', 'is not', null);
  return expired.select(['id', 'file']).$narrowType<{ file: string }>().execute();
}

/** Notes that the file of an expired report is gone. */
export async function forgetFile(db: Db, id: string): Promise<void> {
  await db.updateTable('reports').set({ file: null }).where('id', '=', id).execute();
}

/** Names of the files that belong to ready reports. */
export async function readyFiles(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('reports').select('file').where('state', '=', 'ready').execute();
  return new Set(rows.flatMap(({ file }) => file ?? []));
}

function toReport(row: ReportRow): Report {
  const { id, organizationId, rootId, type, fileName, filters, state, acceptedAt, error } = row;
  const question: ReportQuestion = JSON.parse(row.question);
  const requestedBy: Actor = JSON.parse(row.requestedBy);
  const common = { id, organizationId, rootId, type, fileName, filters, state, acceptedAt, error };
  return { ...common, question, requestedBy, taskId: String(row.taskId), file: fileOf(row) };
}

function fileOf(row: ReportRow): ReportFile | null {
  const { file, columns, rowCount, bytes, sha256, snapshotAt, horizon, finishedAt, expiresAt } = row;
  if (file === null || columns === null || rowCount === null || bytes === null || sha256 === null) return null;
  if (snapshotAt === null || horizon === null || finishedAt === null || expiresAt === null) return null;
  const times = { snapshotAt, horizon, finishedAt, expiresAt };
  return { name: file, columns: JSON.parse(columns), rows: rowCount, bytes, sha256, ...times };
}
