import { forgetAlerts } from '../../control/repos/alerts.ts';
import { forgetAlarms } from '../../control/repos/forgotten-alarms.ts';
import { isJobRunning } from '../../control/repos/jobs-running.ts';
import { deleteEventsBefore } from '../../events/retention.ts';
import { BACKUP_JOB } from '../backup/progress.ts';
import type { Context } from '../context.ts';
import { retainedSince } from '../retained-since.ts';

/**
 * Deletes events, alarms and alerts that are older than the retention. They are not answered before that either. While a backup
 * is written events stay: it has counted them. The next time comes within the hour.
 *
 * @param signal where it is aborted, nothing further is deleted, and this fails with its reason
 */
export async function applyRetention(context: Context, signal?: AbortSignal): Promise<void> {
  if (context.retentionDays === 0) return;
  const sinceMs = retainedSince(context);
  await forgetAlarms(context.control.db, { lastEventBeforeUs: sinceMs * 1000, signal });
  signal?.throwIfAborted();
  await forgetAlerts(context.control.db, { lastEvidenceBeforeUs: sinceMs * 1000 });
  if (await isJobRunning(context.control.db, BACKUP_JOB)) return;
  await deleteEventsBefore(context.events, sinceMs, signal);
}
