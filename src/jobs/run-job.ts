import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimedJob, type JobOutcome, releaseJob, renewJob } from '../control/repos/jobs.ts';
import type { Db } from '../control/transaction.ts';
import { AppError } from '../model/errors.ts';
import type { JobKind, JobLog } from './job-kind.ts';
import { timeRun } from './job-metrics.ts';

export interface JobRun {
  readonly db: Db;
  readonly job: ClaimedJob;
  readonly kind: JobKind;
  readonly log: JobLog;
  /** Milliseconds to wait after the given attempt failed. */
  readonly backoffMs: (attempt: number) => number;
}

/** Whether a run found a store gone, and does not count. */
export function isPostponed(outcome: JobOutcome): boolean {
  return outcome.state === 'queued' && outcome.isPostponed === true;
}

/** Runs a claimed job and lets go of it. Never rejects: a claimed job must be released whatever happens. */
export async function runJob(run: JobRun): Promise<JobOutcome> {
  const ended = timeRun(run.job.kind);
  const outcome = await outcomeOf(run);
  ended(outcome);
  await release(run, outcome);
  return outcome;
}

async function outcomeOf(run: JobRun): Promise<JobOutcome> {
  const { job, kind } = run;
  const maxAttempts = job.maxAttempts ?? kind.maxAttempts;
  if (job.attempt > maxAttempts) {
    return { state: 'failed', error: `none of ${maxAttempts} runs came to an end` };
  }
  const lease = keepLease(run);
  try {
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

/** Renews the lease while the job runs. The signal aborts when it is lost, or could not be renewed in time. */
function keepLease({ db, job, kind, log }: JobRun): { signal: AbortSignal; stop(): void } {
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
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}

const RELEASE_TRIES = 3;

async function release({ db, job, log }: JobRun, outcome: JobOutcome): Promise<void> {
  const about = { jobId: job.id, kind: job.kind, attempt: job.attempt, ...outcome };
  for (let attempt = 1; attempt <= RELEASE_TRIES; attempt += 1) {
    try {
      if (!(await releaseJob(db, job, outcome))) log.warn(about, 'a job ended after its lease was lost');
      else if (outcome.state === 'succeeded') log.debug(about, 'job done');
      else if (isPostponed(outcome)) log.warn(about, 'a job waits for a store');
      else if (outcome.state === 'queued') log.warn(about, 'job failed, will be tried again');
      else log.error(about, 'job failed for good');
      return;
    } catch (error) {
      log.error({ ...about, err: error }, 'could not release a job; its lease will run out');
      await sleep(100 * attempt);
    }
  }
}

/** A store is gone, or takes nothing at the moment. */
export function mayPass(thrown: unknown): thrown is AppError & { readonly retryAfterSeconds: number } {
  return thrown instanceof AppError && thrown.code === 'unavailable' && thrown.retryAfterSeconds !== undefined;
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2_000);
}
