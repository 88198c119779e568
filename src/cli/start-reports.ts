import type { Logger } from 'pino';
import type { Context } from '../core/context.ts';
import { openShelf, type ReportShelf } from '../core/reports/index.ts';
import { clumioReportWords } from '../dialects/clumio/report-words.ts';
import { startRunner } from '../jobs/runner.ts';
import { startSchedules } from '../jobs/schedule.ts';
import { expireReportsTask } from '../jobs/tasks/expire-reports.ts';
import { writeReportTask } from '../jobs/tasks/write-report.ts';

export interface ReportsOptions {
  readonly context: Context;
  readonly shelf: ReportShelf;
  readonly logger: Logger;
}

/** Writes the reports that are asked for, and removes those whose time is over. */
export async function startReports({ context, shelf, logger }: ReportsOptions): Promise<{ stop(): Promise<void> }> {
  const { db } = context.control;
  await openShelf(context, shelf);
  const runner = startRunner({
    db,
    kinds: {
      'write-report': writeReportTask(context, { shelf, words: clumioReportWords }, logger),
      'expire-reports': expireReportsTask(context, shelf),
    },
    // A long report does not keep the short ones waiting.
    concurrency: 2,
    pollMs: 500,
    log: logger,
  });
  const schedules = startSchedules({
    db,
    schedules: [{ name: 'expire-reports', pattern: '* * * * *', kind: 'expire-reports' }],
    pollMs: 10_000,
    log: logger,
  });
  return {
    async stop() {
      await schedules.stop();
      await runner.stop();
    },
  };
}
