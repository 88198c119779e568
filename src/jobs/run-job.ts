import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimedJob, type JobOutcome, releaseJob, renewJob } from '../control/repos/jobs.ts';
import type { Db } from '../control/transaction.ts';
import { mayPass } from '../model/errors.ts';
import type { JobKind, JobLog } from './job-kind.ts';
import { timeRun } from './job-metrics.ts';

export interface JobRun {
  readonly db: Db;
  readonly job: ClaimedJob;
  readonly kind: JobKind;
  readonly log: JobLog;
  /** Milliseconds to wait after the given attempt failed. */
  readonly backoffMs: (attempt: number) => number;
  /** Whether the process is about to end, and waits for its jobs. */
  readonly isStopping: () => boolean;
}

/** Whether a run found a store gone, and does not count. */
export function isPostponed(outcome: JobOutcome): boolean {
  return outcome.state === 'queued' && outcome.isPostponed === true;
}

/** Runs a claimed job and lets go of it. Never rejects: a claimed job must be released whatever happens. */
export async function runJob(run: JobRun): Promise<JobOutcome> {
  const ended = timeRun(run.job.kind);
  const lease = keepLease(run);
  const outcome = await outcomeOf(run, lease);
  ended(outcome);
  await release(run, outcome, lease);
  return outcome;
}

async function outcomeOf(run: JobRun, lease: Lease): Promise<JobOutcome> {
  const { job, kind } = run;
  const maxAttempts = job.maxAttempts ?? kind.maxAttempts;
  try {
    if (job.attempt > maxAttempts) {
      return { state: 'failed', error: `none of ${maxAttempts} runs came to an end` };
    }
    await kind.run(job.payload, { signal: lease.signal, attempt: job.attempt, jobId: job.id });
    return { state: 'succeeded' };
  } catch (thrown) {
    const error = messageOf(thrown);
    if (kind.waitsForStores && mayPass(thrown)) {
      return {
        state: 'queued',
        runAt: new Date(Date.now() + thrown.retryAfterSeconds * 1000),
        error,
        isPostponed: true,
      };
    }
    if (job.attempt >= maxAttempts) return { state: 'failed', error };
    return { state: 'queued', runAt: new Date(Date.now() + run.backoffMs(job.attempt)), error };
  } finally {
    lease.stop();
  }
}

interface Lease {
  /** Aborts when the lease is lost, or could not be renewed in time. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; until then the job is nobody else's. */
  heldUntil(): number;
  stop(): void;
}

/** Renews the lease while the job runs. */
function keepLease({ db, job, kind, log }: JobRun): Lease {
  const controller = new AbortController();
  let heldUntil = Date.now() + kind.leaseMs;
  const renew = async () => {
    const until = Date.now() + kind.leaseMs;
    try {
      if (await renewJob(db, job, new Date(until))) heldUntil = until;
      else heldUntil = 0;
    } catch (error) {
      log.warn({ err: error, jobId: job.id, kind: job.kind }, 'could not renew the lease of a job');
    }
    if (Date.now() > heldUntil) controller.abort(new Error('the lease of this job is lost'));
  };
  const timer = setInterval(() => void renew(), Math.max(1, kind.leaseMs / 3));
  return { signal: controller.signal, heldUntil: () => heldUntil, stop: () => clearInterval(timer) };
}

/** Tries of a process that is about to end. */
const LAST_TRIES = 3;
const MOST_BETWEEN_TRIES_MS = 2_000;

/** For as long as nobody else may have the job: what it did is done, and must not count as failed. */
async function release(run: JobRun, outcome: JobOutcome, lease: Lease): Promise<void> {
  const about = { jobId: run.job.id, kind: run.job.kind, attempt: run.job.attempt, ...outcome };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return tell(run.log, about, await releaseJob(run.db, run.job, outcome));
    } catch (error) {
      const pauseMs = Math.min(100 * attempt, MOST_BETWEEN_TRIES_MS);
      const isLast = Date.now() + pauseMs > lease.heldUntil() || (run.isStopping() && attempt >= LAST_TRIES);
      if (isLast) return run.log.error({ ...about, err: error }, 'could not release a job; its lease runs out');
      if (attempt === 1) run.log.warn({ ...about, err: error }, 'could not release a job; trying again');
      await sleep(pauseMs);
    }
  }
}

function tell(log: JobLog, about: JobOutcome, isReleased: boolean): void {
  if (!isReleased) log.warn(about, 'a job ended after its lease was lost');
  else if (about.state === 'succeeded') log.debug(about, 'job done');
  else if (isPostponed(about)) log.warn(about, 'a job waits for a store');
  else if (about.state === 'queued') log.warn(about, 'job failed, will be tried again');
  else log.error(about, 'job failed for good');
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2_000);
}
