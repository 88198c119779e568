import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { horizon } from '../../control/ledger.ts';
import { organizationsEverWithin } from '../../control/repos/archived-organizations.ts';
import { requireOrganization } from '../../control/repos/organizations.ts';
import { beginReport, endReport, publishReport, reportById } from '../../control/repos/reports.ts';
import type { FileTarget, WrittenFile } from '../../events/write-file.ts';
import { AppError } from '../../model/errors.ts';
import type { Report, ReportFile } from '../../model/report.ts';
import type { Context } from '../context.ts';
import { ACTIVITY_COLUMNS, writeActivity } from './activity-report.ts';
import { writeAudit } from './audit-report.ts';
import { CONSUMPTION_COLUMNS, writeConsumption } from './consumption-report.ts';
import type { ReportUnits, ReportWork } from './report-work.ts';
import { unitNames } from './unit-columns.ts';
import { watchForAbort } from './watch-for-abort.ts';

/**
 * Writes a pending report; one that has ended stays as it is, and one whose task was asked to stop ends as aborted. Fails with
 * `not_found`, as the stores or the disk do, or with the reason of the signal; then it is pending still.
 */
export async function writeReport(context: Context, work: ReportWork, id: string, signal: AbortSignal): Promise<void> {
  const report = await requireReport(context, id);
  if (report.state !== 'pending') return;
  const now = () => new Date(context.now());
  const status = await beginReport(context.control.db, report, now());
  if (status === 'aborting') return void (await endReport(context.control.db, report, { state: 'aborted' }, now()));
  const watch = watchForAbort(context, report.taskId);
  try {
    await writeAndPublish(context, work, report, AbortSignal.any([signal, watch.signal]));
  } catch (error) {
    if (!watch.signal.aborted) throw error;
    await endReport(context.control.db, report, { state: 'aborted' }, now());
  } finally {
    watch.stop();
  }
}

/** Gives a pending report up. @param reason for people; whoever may read the task reads it */
export async function abandonReport(context: Context, id: string, reason: string): Promise<void> {
  const report = await requireReport(context, id);
  await endReport(context.control.db, report, { state: 'failed', error: reason }, new Date(context.now()));
}

async function requireReport(context: Context, id: string): Promise<Report> {
  const report = await reportById(context.control.db, id);
  if (report === undefined) throw new AppError('not_found', { public: `there is no report ${id}` });
  return report;
}

async function writeAndPublish(context: Context, work: ReportWork, report: Report, signal: AbortSignal): Promise<void> {
  const { db } = context.control;
  // Every try has a name of its own: one that was thought dead may still be writing.
  const name = `${report.id}-${randomBytes(4).toString('hex')}.csv`;
  const path = join(work.shelf.folder, name);
  const snapshot = { horizon: await horizon(db), snapshotAt: new Date(context.now()).toISOString() };
  const { columns, ...written } = await write(context, work, report, { path, signal });
  const finishedMs = context.now();
  const file: ReportFile = {
    ...written,
    ...snapshot,
    name,
    columns,
    finishedAt: new Date(finishedMs).toISOString(),
    expiresAt: new Date(finishedMs + work.shelf.lifetimeMs).toISOString(),
  };
  if (await publishReport(db, report, file)) return;
  await rm(path, { force: true });
  await endReport(db, report, { state: 'aborted' }, new Date(finishedMs));
}

type WrittenReport = WrittenFile & { readonly columns: readonly string[] };

async function write(
  context: Context,
  { words }: ReportWork,
  report: Report,
  target: FileTarget,
): Promise<WrittenReport> {
  const { db } = context.control;
  const { question, rootId } = report;
  const organizations = await organizationsEverWithin(db, report.organizationId);
  const units: ReportUnits = { units: new Map(organizations.map((unit) => [unit.id, unit])), rootId };
  const names = unitNames(units, words);
  if (question.type === 'activity') {
    return { columns: ACTIVITY_COLUMNS, ...(await writeActivity(context.events, { question, units: names }, target)) };
  }
  if (question.type === 'consumption') {
    const { name: organizationName } = await requireOrganization(db, rootId);
    const consumption = { question, units: names, organizationName };
    return { columns: CONSUMPTION_COLUMNS, ...(await writeConsumption(context.events, consumption, target)) };
  }
  const audit = { question, units, words, acceptedMs: Date.parse(report.acceptedAt) };
  return { columns: words.auditColumns, ...(await writeAudit(context, audit, target)) };
}
