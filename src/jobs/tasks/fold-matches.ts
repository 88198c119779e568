import type { Context } from '../../core/context.ts';
import { foldMatches } from '../../core/upkeep/fold-matches.ts';
import type { JobKind } from '../job-kind.ts';

export function foldMatchesTask(context: Context): JobKind {
  return {
    maxAttempts: 5,
    leaseMs: 60_000,
    run: async () => {
      await foldMatches(context);
    },
  };
}
