import { randomUUID } from 'node:crypto';
import { type ClaimedJob, claimJob, requeueAbandoned } from '../control/repos/jobs.ts';
import type { Db } from '../control/transaction.ts';
import { createTrouble } from '../kit/trouble.ts';
import { backoffMs } from './backoff.ts';
import type { JobKind, JobLog } from './job-kind.ts';
import { isPostponed, runJob } from './run-job.ts';
import type { Worker } from './worker.ts';

export interface RunnerOptions {
  readonly db: Db;
  /** By name. Jobs of other kinds are left to other runners. */
  readonly kinds: Readonly<Record<string, JobKind>>;
  /** Jobs at once. */
  readonly concurrency: number;
  /** How often to look for work when there was none. */
  readonly pollMs: number;
  readonly log: JobLog;
  /** Name of this process: jobs are claimed under it. One of its own where absent. */
  readonly owner?: string;
  /** False while this process must take no work. */
  readonly mayWork?: () => boolean;
  /** Milliseconds to wait after the given attempt failed; exponential with jitter where absent. */
  readonly backoffMs?: (attempt: number) => number;
  /** Milliseconds to take no work after a job that found a store gone: the next would fare no better. Five seconds where absent. */
  readonly storeWaitMs?: number;
}

/** Claims and runs jobs until stopped. Several runners, in one process or many, share the work. */
export function startRunner(options: RunnerOptions): Worker {
  const {
    db,
    kinds,
    concurrency,
    pollMs,
    log,
    owner = randomUUID(),
    mayWork = () => true,
    storeWaitMs = 5_000,
  } = options;
  const leaseMs = Math.max(0, ...Object.values(kinds).map((kind) => kind.leaseMs));
  const running = new Set<Promise<void>>();
  const pause = createPause();
  const trouble = createTrouble(log, `could not look for jobs (${Object.keys(kinds).join(', ')})`);
  let waitUntil = 0;
  let stopping = false;

  const start = (job: ClaimedJob, kind: JobKind) => {
    const run = runJob({ db, job, kind, log, backoffMs: options.backoffMs ?? backoffMs, isStopping: () => stopping });
    const ended = run.then((outcome) => {
      running.delete(ended);
      if (isPostponed(outcome)) waitUntil = performance.now() + storeWaitMs;
      else pause.end();
    });
    running.add(ended);
  };

  const fill = async () => {
    await requeueAbandoned(db, new Date());
    while (!stopping && running.size < concurrency) {
      const job = await claimJob(db, { owner, now: new Date(), leaseMs, kinds: Object.keys(kinds) });
      const kind = job && kinds[job.kind];
      if (job === undefined || kind === undefined) return;
      start(job, kind);
    }
  };

  const loop = async () => {
    while (!stopping) {
      if (mayWork() && performance.now() >= waitUntil) await fill().then(trouble.passed, trouble.failed);
      if (!stopping) await pause.begin(pollMs);
    }
  };

  const looping = loop();
  return {
    async stop() {
      stopping = true;
      pause.end();
      await looping;
      await Promise.all(running);
    },
  };
}

/** A wait that somebody else can cut short. */
function createPause() {
  let end = () => {};
  return {
    begin: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => end(),
  };
}
