import { deleteEventsBefore } from '../../events/retention.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { Context } from '../context.ts';

/** Deletes what is older than the retention. 0 days keep everything. */
export async function applyRetention(context: Context, retentionDays: number): Promise<void> {
  if (retentionDays > 0) await deleteEventsBefore(context.events, context.now() - retentionDays * DAY_MS);
}
