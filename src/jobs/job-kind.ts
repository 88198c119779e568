import type { Logger } from 'pino';

/** What a job may know about the run it is. */
export interface JobContext {
  /** Aborted when the job is no longer this runner's: stop, the outcome will not count. */
  readonly signal: AbortSignal;
  /** Which run this is, from 1. */
  readonly attempt: number;
  readonly jobId: string;
}

/** One kind of work. It may run more than once for one job, and must bear that. */
export interface JobKind {
  /** `payload` is what was queued, and must be checked: an older version may have queued it. A rejection means retry. */
  run(payload: unknown, context: JobContext): Promise<void>;
  /**
   * True where a run that finds a store gone does not count, and the job waits for it: nobody would ask for it again. Others
   * fail, and the next of their kind does what they did not.
   */
  readonly waitsForStores?: boolean;
  /** Runs before giving up, the first included. */
  readonly maxAttempts: number;
  /** A runner that has been silent for this long is dead. Renewed at a third of it. */
  readonly leaseMs: number;
}

export type JobLog = Pick<Logger, 'debug' | 'warn' | 'error'>;
