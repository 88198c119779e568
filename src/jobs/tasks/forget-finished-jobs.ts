import type { Context } from '../../core/context.ts';
import { forgetFinishedJobs } from '../../core/upkeep/forget-finished-jobs.ts';
import type { JobKind } from '../job-kind.ts';

export function forgetFinishedJobsTask(context: Context): JobKind {
  return {
    maxAttempts: 5,
    leaseMs: 60_000,
    run: async () => {
      await forgetFinishedJobs(context);
    },
  };
}
