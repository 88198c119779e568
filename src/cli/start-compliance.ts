import type { Logger } from 'pino';
import { sweepRunFiles } from '../core/compliance/index.ts';
import type { Context } from '../core/context.ts';
import type { ReportShelf } from '../core/reports/index.ts';
import { clumioReportWords } from '../dialects/clumio/report-words.ts';
import { startRunner } from '../jobs/runner.ts';
import { startSchedules } from '../jobs/schedule.ts';
import { queueDueRunsTask, runComplianceReportTask, sweepRunFilesTask } from '../jobs/tasks/run-compliance-report.ts';

export interface ComplianceOptions {
  readonly context: Context;
  readonly shelf: ReportShelf;
  readonly logger: Logger;
}

/** Makes compliance reports when they are asked for or due, and removes those whose time is over. */
export async function startCompliance(options: ComplianceOptions): Promise<{ stop(): Promise<void> }> {
  const { context, shelf, logger } = options;
  const { db } = context.control;
  await sweepRunFiles(context, shelf);
  const runner = startRunner({
    db,
    kinds: {
      'run-compliance-report': runComplianceReportTask(context, { shelf, words: clumioReportWords }, logger),
      'queue-due-compliance-runs': queueDueRunsTask(context),
      'sweep-compliance-files': sweepRunFilesTask(context, shelf),
    },
    concurrency: 1,
    pollMs: 1_000,
    log: logger,
  });
  const schedules = startSchedules({
    db,
    schedules: [
      { name: 'queue-due-compliance-runs', pattern: '* * * * *', kind: 'queue-due-compliance-runs' },
      { name: 'sweep-compliance-files', pattern: '23 * * * *', kind: 'sweep-compliance-files' },
    ],
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
