import { pruneTokens } from '../../control/repos/tokens.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { Context } from '../context.ts';

/** Forgets access tokens a day after they expired. */
export async function forgetExpiredTokens(context: Context): Promise<number> {
  return pruneTokens(context.control.db, { expiredBefore: new Date(context.now() - DAY_MS) });
}
