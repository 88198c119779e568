import type { Context } from '../../core/context.ts';
import { forgetEndedRequestCounts } from '../../core/limits/index.ts';
import type { JobKind } from '../job-kind.ts';

export function forgetRequestCountsTask({ control }: Pick<Context, 'control'>): JobKind {
  return {
    maxAttempts: 1,
    leaseMs: 60_000,
    run: () => forgetEndedRequestCounts(control),
  };
}
