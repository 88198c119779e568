import type { Context } from '../../core/context.ts';
import { expireReports, type ReportShelf } from '../../core/reports/index.ts';
import type { JobKind } from '../job-kind.ts';

export function expireReportsTask(context: Context, shelf: ReportShelf): JobKind {
  return { maxAttempts: 5, leaseMs: 60_000, run: () => expireReports(context, shelf) };
}
