import { pruneTokens } from '../../control/repos/tokens.ts';
import type { Context } from '../context.ts';

const DAY_MS = 86_400_000;

/** Forgets access tokens a day after they expired. */
export async function forgetExpiredTokens(context: Context): Promise<number> {
  return pruneTokens(context.control.db, { expiredBefore: new Date(context.now() - DAY_MS) });
}
