import { randomUUID } from 'node:crypto';
import { AppError } from '../../model/errors.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { AuditResult, ImportRow, ImportState } from '../tables.ts';
import { type Db, inTransaction } from '../transaction.ts';

/** One input that was given to Belfry to read: a file, or what a source delivered. */
export interface Import {
  readonly id: string;
  readonly organizationId: number;
  /** Where the bytes came from, as the caller named it. */
  readonly path: string;
  /** Null until it was recognised. */
  readonly format: string | null;
  readonly actor: Actor;
  readonly state: ImportState;
  /** Null while it runs; what was done so far where it failed. */
  readonly receipt: Receipt | null;
  /** Why it failed. */
  readonly reason: string | null;
  /** Process that runs it, or ran it. */
  readonly owner: string | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface NewImport {
  readonly organizationId: number;
  readonly path: string;
  readonly format?: string | null;
  readonly actor: Actor;
  /** Process that runs it. */
  readonly owner?: string;
}

export function startImport(db: Db, input: NewImport): Promise<Import> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('imports')
      .values({
        id: randomUUID(),
        organizationId: input.organizationId,
        path: input.path,
        format: input.format ?? null,
        actor: JSON.stringify(input.actor),
        owner: input.owner ?? null,
        state: 'running',
        startedAt: new Date().toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const started = toImport(row);
    await appendAudit(trx, { ...subjectOf(started), action: 'import.start', result: 'success' });
    return started;
  });
}

export interface ImportEnd {
  readonly receipt: Receipt;
  /** What the input turned out to be, where the start did not say. */
  readonly format?: string;
  /** Given when the import did not reach the end of its input. */
  readonly failure?: string;
  /** The process that ran it: what others set down when they took it for gone does not hold then. */
  readonly owner?: string;
}

/** Ends an import in the name of who started it. */
export function finishImport(db: Db, id: string, end: ImportEnd): Promise<Import> {
  const state: ImportState = end.failure === undefined ? 'finished' : 'failed';
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('imports')
      .set({
        state,
        receipt: JSON.stringify(end.receipt),
        reason: end.failure ?? null,
        finishedAt: new Date().toISOString(),
        ...(end.format !== undefined && { format: end.format }),
      })
      .where('id', '=', id)
      .where((where) =>
        where.or([
          where('state', '=', 'running'),
          ...(end.owner === undefined ? [] : [where.and({ state: 'failed', owner: end.owner })]),
        ]),
      )
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new AppError('not_found', { public: `there is no running import ${id}` });
    const finished = toImport(row);
    await appendAudit(trx, {
      ...subjectOf(finished),
      action: 'import.finish',
      result: resultOf(end),
      detail: { format: finished.format, receipt: end.receipt, reason: finished.reason },
    });
    return finished;
  });
}

/** Part of an input is better than nothing and less than all of it. */
function resultOf({ failure, receipt }: ImportEnd): AuditResult {
  if (failure !== undefined) return receipt.stored > 0 ? 'partial_success' : 'failure';
  return receipt.rejected + receipt.setAside > 0 ? 'partial_success' : 'success';
}

/** Newest first; of one organization, or of all. */
export async function listImports(
  db: Db,
  input: { organizationId?: number; state?: ImportState; limit: number },
): Promise<Import[]> {
  let query = db.selectFrom('imports').selectAll().orderBy('startedAt', 'desc').orderBy('id').limit(input.limit);
  if (input.organizationId !== undefined) query = query.where('organizationId', '=', input.organizationId);
  if (input.state !== undefined) query = query.where('state', '=', input.state);
  return (await query.execute()).map(toImport);
}

function subjectOf(subject: Import) {
  return {
    actor: subject.actor,
    objectType: 'import',
    objectId: subject.id,
    objectLabel: subject.path,
    organizationId: subject.organizationId,
  };
}

function toImport(row: ImportRow): Import {
  return {
    ...row,
    actor: JSON.parse(row.actor),
    receipt: row.receipt === null ? null : JSON.parse(row.receipt),
  };
}
