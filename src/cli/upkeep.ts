import type { Logger } from 'pino';
import type { Context } from '../core/context.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { startRunner } from '../jobs/runner.ts';
import { startSchedules } from '../jobs/schedule.ts';
import { applyRetentionTask } from '../jobs/tasks/apply-retention.ts';
import { backfillRulesTask } from '../jobs/tasks/backfill-rules.ts';
import { deriveAlertsTask } from '../jobs/tasks/derive-alerts.ts';
import { foldMatchesTask } from '../jobs/tasks/fold-matches.ts';
import { forgetFinishedJobsTask } from '../jobs/tasks/forget-finished-jobs.ts';
import { forgetSupersededAlarmsTask } from '../jobs/tasks/forget-superseded-alarms.ts';
import { forgetTokensTask } from '../jobs/tasks/forget-tokens.ts';
import { loadAbandonedTask } from '../jobs/tasks/load-abandoned.ts';
import { writeSecurityReportTask } from '../jobs/tasks/write-security-report.ts';

export interface UpkeepOptions {
  readonly context: Context;
  readonly ingest: Ingest;
  readonly logger: Logger;
}

/** Everything that runs beside requests: the job runner and its schedules. */
export function startUpkeep({ context, ingest, logger }: UpkeepOptions): { stop(): Promise<void> } {
  const { db } = context.control;
  const runner = startRunner({
    db,
    kinds: {
      'apply-retention': applyRetentionTask(context),
      'forget-superseded-alarms': forgetSupersededAlarmsTask(context),
      'backfill-rules': backfillRulesTask(context),
      'fold-matches': foldMatchesTask(context),
      'forget-finished-jobs': forgetFinishedJobsTask(context),
      'derive-alerts': deriveAlertsTask(context),
      'forget-tokens': forgetTokensTask(context),
      'load-abandoned': loadAbandonedTask(ingest),
      'write-security-report': writeSecurityReportTask(context, logger),
    },
    concurrency: 1,
    pollMs: 5_000,
    log: logger,
  });
  const schedules = startSchedules({
    db,
    schedules: [
      { name: 'apply-retention', pattern: '7 * * * *', kind: 'apply-retention' },
      { name: 'forget-superseded-alarms', pattern: '*/5 * * * *', kind: 'forget-superseded-alarms' },
      { name: 'fold-matches', pattern: '37 * * * *', kind: 'fold-matches' },
      { name: 'forget-finished-jobs', pattern: '27 4 * * *', kind: 'forget-finished-jobs' },
      { name: 'derive-alerts', pattern: '* * * * *', kind: 'derive-alerts' },
      { name: 'forget-tokens', pattern: '17 * * * *', kind: 'forget-tokens' },
      { name: 'load-abandoned', pattern: '* * * * *', kind: 'load-abandoned' },
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
