import { DAY_MS } from '../../kit/durations.ts';

/**
 * Start of what is kept, whether what came before has been deleted yet or not: the beginning of a day (UTC), as events are
 * deleted by the day. 0 days keep everything.
 */
export function retainedSince(nowMs: number, retentionDays: number): number {
  return retentionDays === 0 ? 0 : Math.floor((nowMs - retentionDays * DAY_MS) / DAY_MS) * DAY_MS;
}
