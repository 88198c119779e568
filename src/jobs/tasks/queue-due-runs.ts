import { queueDueRuns } from '../../core/compliance/index.ts';
import type { Context } from '../../core/context.ts';
import type { JobKind } from '../job-kind.ts';

/** Books runs of compliance configurations that are due. */
export function queueDueRunsTask(context: Context): JobKind {
  return {
    maxAttempts: 1,
    leaseMs: 60_000,
    run: async () => {
      await queueDueRuns(context);
    },
  };
}
