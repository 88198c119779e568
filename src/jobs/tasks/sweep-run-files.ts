import { sweepRunFiles } from '../../core/compliance/index.ts';
import type { Context } from '../../core/context.ts';
import type { ReportShelf } from '../../core/reports/index.ts';
import type { JobKind } from '../job-kind.ts';

/** Removes files of compliance runs that have expired. */
export function sweepRunFilesTask(context: Context, shelf: ReportShelf): JobKind {
  return { maxAttempts: 1, leaseMs: 60_000, run: () => sweepRunFiles(context, shelf) };
}
