import { forgetSupersededAlarms as forget } from '../../control/repos/alarms.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import type { Context } from '../context.ts';

/** Forgets what alarms were like more than an hour ago: nobody reads a list from page to page for longer. */
export async function forgetSupersededAlarms(context: Context): Promise<number> {
  return forget(context.control.db, new Date(context.now() - HOUR_MS));
}
