import { forgetAlerts } from '../../control/repos/alerts.ts';
import { forgetAlarms } from '../../control/repos/forgotten-alarms.ts';
import { deleteEventsBefore } from '../../events/retention.ts';
import type { Context } from '../context.ts';
import { retainedSince } from '../retained-since.ts';

/** Deletes events, alarms and alerts that are older than the retention. They are not answered before that either. */
export async function applyRetention(context: Context): Promise<void> {
  if (context.retentionDays === 0) return;
  const sinceMs = retainedSince(context);
  await forgetAlarms(context.control.db, { lastEventBeforeUs: sinceMs * 1000 });
  await forgetAlerts(context.control.db, { lastEvidenceBeforeUs: sinceMs * 1000 });
  await deleteEventsBefore(context.events, sinceMs);
}
