import { randomUUID } from 'node:crypto';
import type {
  ComplianceConfiguration,
  ComplianceFile,
  ComplianceFindings,
  ComplianceRun,
  ComplianceRunState,
  ComplianceStatus,
} from '../../model/compliance.ts';
import type { Actor } from '../../model/scope.ts';
import type { Task, TaskStatus } from '../../model/task.ts';
import { appendAudit } from '../audit.ts';
import type { ComplianceRunRow } from '../compliance-rows.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';
import { enqueue } from './jobs.ts';
import { type Place, placeAfter } from './place.ts';
import { endTask, startTask } from './task-course.ts';
import { createTask } from './tasks.ts';

/** Kind of the job that makes a run; its payload is `{runId}`. */
const RUN_COMPLIANCE_REPORT = 'run-compliance-report';

export interface NewComplianceRun {
  readonly configuration: ComplianceConfiguration;
  readonly name: string;
  readonly actor: Actor;
}

/** Books a run with its task and queues the job that makes it: none is there without the others. */
export function bookRun(
  db: Db,
  { configuration, name, actor }: NewComplianceRun,
  now: Date,
): Promise<{ run: ComplianceRun; task: Task }> {
  const { id: configurationId, organizationId, rootId, parameter, namedOrganizationIds } = configuration;
  return inTransaction(db, async (trx) => {
    const id = randomUUID();
    const job = await enqueue(trx, { kind: RUN_COMPLIANCE_REPORT, payload: { runId: id }, organizationId });
    const task = await createTask(
      trx,
      {
        type: 'compliance_report_run',
        category: 'report_generation',
        organizationId,
        abortable: true,
        jobId: job.id,
        primaryEntity: { id, type: 'compliance_report_run', value: name },
      },
      now,
    );
    const row = await trx
      .insertInto('complianceRuns')
      .values({
        id,
        configurationId,
        organizationId,
        rootId,
        name,
        state: 'generating',
        taskId: Number(task.id),
        parameter: JSON.stringify(parameter),
        namedOrganizationIds: namedOrganizationIds && JSON.stringify(namedOrganizationIds),
        createdAt: now.toISOString(),
        updatedAt: now.toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const run = toRun(row);
    await auditRun(trx, run, { action: 'compliance_run.create', actor });
    return { run, task };
  });
}

export interface RunDeed {
  readonly action: string;
  readonly actor: Actor;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export function auditRun(trx: Trx, run: ComplianceRun, { action, actor, detail }: RunDeed): Promise<void> {
  const { id, organizationId, name, configurationId, taskId } = run;
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'compliance_run',
    objectId: id,
    objectLabel: name,
    organizationId,
    result: 'success',
    detail: { configurationId, taskId, ...detail },
  });
}

export async function runById(db: Db, id: string): Promise<ComplianceRun | undefined> {
  const row = await db.selectFrom('complianceRuns').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toRun(row);
}

/** Deletes a run; a task that was still to make it ends as aborted. False when there was none. */
export async function deleteRun(trx: Trx, run: ComplianceRun, { actor, now }: { actor: Actor; now: Date }) {
  const { numDeletedRows } = await trx.deleteFrom('complianceRuns').where('id', '=', run.id).executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  await endTask(trx, Number(run.taskId), { status: 'aborted', error: 'its run was deleted' }, now);
  await auditRun(trx, run, { action: 'compliance_run.delete', actor });
  return true;
}

/** All runs of a configuration. */
export async function runsOf(db: Db, configurationId: string): Promise<ComplianceRun[]> {
  const rows = await db
    .selectFrom('complianceRuns')
    .selectAll()
    .where('configurationId', '=', configurationId)
    .execute();
  return rows.map(toRun);
}

export interface RunsQuestion {
  readonly configurationId: string;
  readonly states?: readonly ComplianceRunState[];
  readonly statuses?: readonly ComplianceStatus[];
  readonly after?: Place;
  readonly limit: number;
}

/** Newest first. */
export async function listRuns(db: Db, question: RunsQuestion): Promise<ComplianceRun[]> {
  const { configurationId, states, statuses, after, limit } = question;
  let found = db.selectFrom('complianceRuns').where('configurationId', '=', configurationId);
  if (states !== undefined) found = found.where((eb) => (states.length ? eb('state', 'in', states) : eb.or([])));
  if (statuses !== undefined) {
    found = found.where((eb) => (statuses.length ? eb('complianceStatus', 'in', statuses) : eb.or([])));
  }
  if (after !== undefined) found = found.where((eb) => placeAfter(eb, after));
  const rows = await found.selectAll().orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toRun);
}

/** The latest run of each configuration, by the configuration's id. */
export async function latestRuns(db: Db, configurationIds: readonly string[]): Promise<Map<string, ComplianceRun>> {
  const latest = new Map<string, ComplianceRun>();
  for (const ids of chunks(configurationIds, 1000)) {
    const rows = await db
      .selectFrom('complianceRuns as run')
      .selectAll()
      .where('configurationId', 'in', ids)
      .where((eb) =>
        eb(
          'run.id',
          '=',
          eb
            .selectFrom('complianceRuns as other')
            .select('other.id')
            .whereRef('other.configurationId', '=', 'run.configurationId')
            .orderBy('other.createdAt', 'desc')
            .orderBy('other.id', 'desc')
            .limit(1),
        ),
      )
      .execute();
    for (const row of rows) latest.set(row.configurationId, toRun(row));
  }
  return latest;
}

/** Notes that a run is being made; answers where its task stands. */
export function beginRun(db: Db, run: ComplianceRun, now: Date): Promise<TaskStatus> {
  return inTransaction(db, (trx) => startTask(trx, Number(run.taskId), now));
}

export interface RunOutcome {
  readonly findings: ComplianceFindings;
  readonly status: ComplianceStatus;
  readonly file: ComplianceFile;
  readonly expiresAt: Date;
}

/** Completes a run and its task. False when it has ended or is gone: then the file is nobody's. */
export function completeRun(db: Db, run: ComplianceRun, outcome: RunOutcome, now: Date): Promise<boolean> {
  const { findings, status, file, expiresAt } = outcome;
  return inTransaction(db, async (trx) => {
    if (!(await endTask(trx, Number(run.taskId), { status: 'completed' }, now))) return false;
    return updateGenerating(trx, run.id, {
      state: 'completed',
      complianceStatus: status,
      findings: JSON.stringify(findings),
      file: JSON.stringify(file),
      expiresAt: expiresAt.toISOString(),
      updatedAt: now.toISOString(),
    });
  });
}

export interface RunFailure {
  readonly status: 'failed' | 'aborted';
  /** Why, for people. */
  readonly error: string;
}

/** Ends a run without a report, and its task with it. False when it had ended before: its end stands. */
export function failRun(db: Db, run: ComplianceRun, { status, error }: RunFailure, now: Date): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    await endTask(trx, Number(run.taskId), { status, error }, now);
    return updateGenerating(trx, run.id, { state: 'failed', error, updatedAt: now.toISOString() });
  });
}

async function updateGenerating(trx: Trx, id: string, values: Partial<ComplianceRunRow>): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('complianceRuns')
    .set(values)
    .where('id', '=', id)
    .where('state', '=', 'generating')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Names of files of runs that are there and have not expired. */
export async function runFiles(db: Db, now: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('complianceRuns')
    .select('file')
    .where('expiresAt', '>', now)
    .where('file', 'is not', null)
    .execute();
  return new Set(rows.flatMap(({ file }) => (file === null ? [] : [fileOf(file).name])));
}

function fileOf(text: string): ComplianceFile {
  return JSON.parse(text);
}

function toRun(row: ComplianceRunRow): ComplianceRun {
  const { complianceStatus: _status, ...rest } = row;
  return {
    ...rest,
    taskId: String(row.taskId),
    parameter: JSON.parse(row.parameter),
    namedOrganizationIds: row.namedOrganizationIds === null ? null : JSON.parse(row.namedOrganizationIds),
    findings: row.findings === null ? null : JSON.parse(row.findings),
    file: row.file === null ? null : fileOf(row.file),
  };
}
