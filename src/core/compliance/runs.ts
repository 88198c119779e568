import {
  auditRun,
  bookRun,
  listRuns as list,
  type RunsQuestion,
  deleteRun as remove,
  runById,
} from '../../control/repos/compliance-runs.ts';
import { inTransaction } from '../../control/transaction.ts';
import type { ComplianceConfiguration, ComplianceRun } from '../../model/compliance.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import type { ReportShelf } from '../reports/report-work.ts';
import { cut, type Listed, readConfiguration } from './configurations.ts';
import { removeRunFiles } from './run-files.ts';

export interface RequestedRun {
  readonly configurationId: string;
  /** Named after the configuration and the day where absent. */
  readonly name?: string | undefined;
}

/** Books a run; a job makes it soon after. Fails with `not_found`. Permission `reports:write`. */
export async function requestRun(
  context: Context,
  scope: Scope,
  { configurationId, name }: RequestedRun,
): Promise<{ run: ComplianceRun; task: Task }> {
  requirePermission(scope, 'reports:write');
  const { configuration } = await readConfiguration(context, scope, configurationId);
  const now = new Date(context.now());
  const about = { configuration, name: name ?? defaultName(configuration, now), actor: scope.actor };
  return bookRun(context.control.db, about, now);
}

/** `{configuration id} - {MM/DD/YYYY}` (section 5.2). */
export function defaultName({ id }: Pick<ComplianceConfiguration, 'id'>, now: Date): string {
  const [year, month, day] = now.toISOString().slice(0, 10).split('-');
  return `${id} - ${month}/${day}/${year}`;
}

/** Runs of a configuration, newest first. Fails with `not_found`. Permission `reports:read`. */
export async function listRuns(context: Context, scope: Scope, question: RunsQuestion): Promise<Listed<ComplianceRun>> {
  await readConfiguration(context, scope, question.configurationId);
  return cut(await list(context.control.db, { ...question, limit: question.limit + 1 }), question);
}

export interface NamedRun {
  readonly configurationId: string;
  readonly runId: string;
}

/** Deletes a run and its file; one that is still being made ends. Fails with `not_found`. Permission `reports:write`. */
export async function deleteRun(
  context: Context,
  scope: Scope,
  { shelf, ...named }: NamedRun & { readonly shelf: Pick<ReportShelf, 'folder'> },
): Promise<void> {
  requirePermission(scope, 'reports:write');
  const run = await findRun(context, scope, named);
  const now = new Date(context.now());
  await inTransaction(context.control.db, (trx) => remove(trx, run, { actor: scope.actor, now }));
  await removeRunFiles(shelf, [run]);
}

/**
 * Writes down that somebody wants a run sent to people; Belfry sends no mail. Fails with `not_found`, and with
 * `precondition_failed` for a run that has no report yet. Permission `reports:write`.
 */
export async function notifyOfRun(
  context: Context,
  scope: Scope,
  { emailList, ...named }: NamedRun & { readonly emailList: readonly string[] },
): Promise<ComplianceRun> {
  requirePermission(scope, 'reports:write');
  const run = await findRun(context, scope, named);
  if (run.state !== 'completed') throw new AppError('precondition_failed', { public: 'this run has no report' });
  await inTransaction(context.control.db, (trx) =>
    auditRun(trx, run, { action: 'compliance_run.notify', actor: scope.actor, detail: { emailList, sent: false } }),
  );
  return run;
}

async function findRun(context: Context, scope: Scope, { configurationId, runId }: NamedRun): Promise<ComplianceRun> {
  await readConfiguration(context, scope, configurationId);
  const run = await runById(context.control.db, runId);
  if (run?.configurationId !== configurationId) {
    throw new AppError('not_found', { public: 'there is no such run of this compliance report configuration' });
  }
  return run;
}
