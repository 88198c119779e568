import { DAY_MS } from '../kit/durations.ts';
import type { Context } from './context.ts';

/**
 * Start of what is kept, whether what came before has been deleted yet or not: the beginning of a day (UTC), as events are
 * deleted by the day. 1970 where everything is kept.
 */
export function retainedSince({ now, retentionDays }: Pick<Context, 'now' | 'retentionDays'>): number {
  return retentionDays === 0 ? 0 : Math.floor((now() - retentionDays * DAY_MS) / DAY_MS) * DAY_MS;
}
