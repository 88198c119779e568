import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { JobRow } from '../tables.ts';
import { type Db, inTransaction } from '../transaction.ts';

export interface NewJob {
  readonly kind: string;
  /** Any JSON value. */
  readonly payload: unknown;
  readonly organizationId?: number | null;
  /** Not before; now where absent. */
  readonly runAt?: Date;
  /** Runs in all, the first included; the kind's own number where absent. */
  readonly maxAttempts?: number;
  /** At most one job with this key is queued or running. */
  readonly key?: string;
}

/** A job as its runner holds it. */
export interface ClaimedJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly organizationId: number | null;
  /** Which run this is, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number | null;
  readonly owner: string;
}

/** How a run ended. */
export type JobOutcome =
  | { readonly state: 'succeeded' }
  | {
      readonly state: 'queued';
      readonly runAt: Date;
      readonly error: string;
      /** The run does not count. */
      readonly isPostponed?: boolean;
    }
  | { readonly state: 'failed'; readonly error: string };

/** Queues a job. Where its key is taken, answers with the job that has it, and `isNew` false. */
export function enqueue(db: Db, input: NewJob, now = new Date()): Promise<{ id: string; isNew: boolean }> {
  return inTransaction(db, async (trx) => {
    for (;;) {
      const queued = await trx
        .insertInto('jobs')
        .values({
          id: randomUUID(),
          kind: input.kind,
          payload: JSON.stringify(input.payload ?? null),
          organizationId: input.organizationId ?? null,
          key: input.key ?? null,
          state: 'queued',
          runAt: (input.runAt ?? now).toISOString(),
          attempts: 0,
          maxAttempts: input.maxAttempts ?? null,
          createdAt: now.toISOString(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (queued !== undefined) return { id: queued.id, isNew: true };
      const live = await trx
        .selectFrom('jobs')
        .select('id')
        .where('key', '=', input.key ?? '')
        .where('state', 'in', ['queued', 'running'])
        .executeTakeFirst();
      if (live !== undefined) return { id: live.id, isNew: false };
      // It ended between the two statements: its key is free now.
    }
  });
}

export interface JobClaim {
  readonly owner: string;
  readonly now: Date;
  /** Until the first renewal; at least what any of the kinds needs. */
  readonly leaseMs: number;
  readonly kinds: readonly string[];
}

/** Takes the job, of the given kinds, that has been due longest. Two callers never get the same one. */
export async function claimJob(db: Db, claim: JobClaim): Promise<ClaimedJob | undefined> {
  // Asked twice a second, due rarely: look before taking the write lock.
  if ((await longestDue(db, claim).executeTakeFirst()) === undefined) return undefined;
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('jobs')
      .set({
        state: 'running',
        owner: claim.owner,
        leaseUntil: new Date(claim.now.getTime() + claim.leaseMs).toISOString(),
        attempts: sql<number>`attempts + 1`,
      })
      .where('id', '=', longestDue(trx, claim))
      .returningAll()
      .executeTakeFirst();
    return row && toClaimedJob(row, claim.owner);
  });
}

function longestDue(db: Db, { now, kinds }: JobClaim) {
  return db
    .selectFrom('jobs')
    .select('id')
    .where('state', '=', 'queued')
    .where('runAt', '<=', now.toISOString())
    .where('kind', 'in', kinds)
    .orderBy('runAt')
    .orderBy('id')
    .limit(1);
}

/** Holds a claimed job until `until`. False when it is no longer the owner's. */
export async function renewJob(db: Db, job: ClaimedJob, until: Date): Promise<boolean> {
  const held = heldBy(db, job).set({ leaseUntil: until.toISOString() });
  return (await held.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Lets go of a claimed job. False when it is no longer the owner's; then the outcome does not count. */
export async function releaseJob(db: Db, job: ClaimedJob, outcome: JobOutcome, now = new Date()): Promise<boolean> {
  const released = heldBy(db, job).set({
    state: outcome.state,
    owner: null,
    leaseUntil: null,
    ...(outcome.state === 'queued' ? queuedAgain(outcome) : { finishedAt: now.toISOString() }),
    ...(outcome.state !== 'succeeded' && { lastError: outcome.error }),
  });
  return (await released.executeTakeFirst()).numUpdatedRows === 1n;
}

/** The number of a run that does not count is free again: whoever had it has just ended. */
function queuedAgain({ runAt, isPostponed = false }: Extract<JobOutcome, { state: 'queued' }>) {
  return { runAt: runAt.toISOString(), ...(isPostponed && { attempts: sql<number>`attempts - 1` }) };
}

/** The attempt fences off an owner that lost the job and took it again. */
function heldBy(db: Db, job: ClaimedJob) {
  return db
    .updateTable('jobs')
    .where('id', '=', job.id)
    .where('state', '=', 'running')
    .where('owner', '=', job.owner)
    .where('attempts', '=', job.attempt);
}

/** Puts jobs whose owner stopped renewing its lease back in the queue; answers how many. */
export function requeueAbandoned(db: Db, now: Date): Promise<number> {
  return requeue(runningJobs(db).where('leaseUntil', '<', now.toISOString()), now);
}

/** Puts the jobs of an owner that is gone back in the queue; answers how many. */
export function requeueJobsOf(db: Db, owner: string, now: Date): Promise<number> {
  return requeue(runningJobs(db).where('owner', '=', owner), now);
}

/**
 * Puts all jobs that run back in the queue. For whoever has the database to itself and has not begun any: their owners are
 * gone, and need not be waited for.
 */
export function requeueRunning(db: Db, now = new Date()): Promise<number> {
  return requeue(runningJobs(db), now);
}

function runningJobs(db: Db) {
  return db.updateTable('jobs').where('state', '=', 'running');
}

async function requeue(running: ReturnType<typeof runningJobs>, now: Date): Promise<number> {
  const result = await running
    .set({
      state: 'queued',
      owner: null,
      leaseUntil: null,
      runAt: now.toISOString(),
      lastError: sql<string>`'its runner ' || owner || ' stopped without reporting'`,
    })
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Forgets jobs that ended before an instant; answers how many. */
export async function pruneJobs(db: Db, input: { finishedBefore: Date }): Promise<number> {
  const result = await db
    .deleteFrom('jobs')
    .where('state', 'in', ['succeeded', 'failed'])
    .where('finishedAt', '<', input.finishedBefore.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export function jobById(db: Db, id: string): Promise<JobRow | undefined> {
  return db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** What cannot be read is a bad payload of this one job: it must not keep the jobs behind it waiting. */
function payloadOf({ payload }: JobRow): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

function toClaimedJob(row: JobRow, owner: string): ClaimedJob {
  return {
    id: row.id,
    kind: row.kind,
    payload: payloadOf(row),
    organizationId: row.organizationId,
    attempt: row.attempts,
    maxAttempts: row.maxAttempts,
    owner,
  };
}
