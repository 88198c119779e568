import { pruneJobs } from '../../control/repos/jobs.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { Context } from '../context.ts';

/** Long enough to look into what went wrong. */
const KEPT_MS = 30 * DAY_MS;

/** Forgets jobs 30 days after they ended. */
export async function forgetFinishedJobs(context: Context): Promise<number> {
  return pruneJobs(context.control.db, { finishedBefore: new Date(context.now() - KEPT_MS) });
}
