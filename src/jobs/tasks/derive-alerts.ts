import { deriveAlerts } from '../../core/alerts/index.ts';
import type { Context } from '../../core/context.ts';
import type { JobKind } from '../job-kind.ts';

/** Makes alerts of failed backups and of alarms. Run again it changes nothing. */
export function deriveAlertsTask(context: Context): JobKind {
  return { maxAttempts: 1, leaseMs: 60_000, run: () => deriveAlerts(context) };
}
