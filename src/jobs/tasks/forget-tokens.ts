import type { Context } from '../../core/context.ts';
import { forgetExpiredTokens } from '../../core/upkeep/forget-tokens.ts';
import type { JobKind } from '../job-kind.ts';

export function forgetTokensTask(context: Context): JobKind {
  return {
    maxAttempts: 5,
    leaseMs: 60_000,
    run: async () => {
      await forgetExpiredTokens(context);
    },
  };
}
