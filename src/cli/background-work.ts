import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { sweepRunFiles } from '../core/compliance/index.ts';
import type { Context } from '../core/context.ts';
import { createPeerPuller } from '../core/peers/index.ts';
import { openShelf, type ReportShelf } from '../core/reports/index.ts';
import { clumioReportWords } from '../dialects/clumio/report-words.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { startDetector } from '../jobs/detector.ts';
import { startPeerPulls } from '../jobs/pull-peers.ts';
import { type RunnerOptions, startRunner } from '../jobs/runner.ts';
import { startSchedules } from '../jobs/schedule.ts';
import { applyRetentionTask } from '../jobs/tasks/apply-retention.ts';
import { backfillRulesTask } from '../jobs/tasks/backfill-rules.ts';
import { deriveAlertsTask } from '../jobs/tasks/derive-alerts.ts';
import { expireReportsTask } from '../jobs/tasks/expire-reports.ts';
import { foldMatchesTask } from '../jobs/tasks/fold-matches.ts';
import { forgetFinishedJobsTask } from '../jobs/tasks/forget-finished-jobs.ts';
import { forgetSupersededAlarmsTask } from '../jobs/tasks/forget-superseded-alarms.ts';
import { forgetTokensTask } from '../jobs/tasks/forget-tokens.ts';
import { loadAbandonedTask } from '../jobs/tasks/load-abandoned.ts';
import { queueDueRunsTask } from '../jobs/tasks/queue-due-runs.ts';
import { runComplianceReportTask } from '../jobs/tasks/run-compliance-report.ts';
import { sweepRunFilesTask } from '../jobs/tasks/sweep-run-files.ts';
import { writeReportTask } from '../jobs/tasks/write-report.ts';
import { writeSecurityReportTask } from '../jobs/tasks/write-security-report.ts';

export interface BackgroundNeeds {
  readonly config: Pick<Config, 'peerIntervalSeconds' | 'peerRequestsPerSecond'>;
  readonly context: Context;
  readonly ingest: Ingest;
  readonly reportShelf: ReportShelf;
  readonly complianceShelf: ReportShelf;
  readonly tokenKey: Uint8Array;
  readonly logger: Logger;
}

/** When jobs are queued that nobody asks for: kind to cron pattern, in UTC. */
const TIMETABLE = {
  'apply-retention': '7 * * * *',
  'derive-alerts': '* * * * *',
  'expire-reports': '* * * * *',
  'fold-matches': '37 * * * *',
  'forget-finished-jobs': '27 4 * * *',
  'forget-superseded-alarms': '*/5 * * * *',
  'forget-tokens': '17 * * * *',
  'load-abandoned': '* * * * *',
  'queue-due-compliance-runs': '* * * * *',
  'sweep-compliance-files': '23 * * * *',
};

/** Starts everything that runs beside requests: detection, jobs and their timetable, and reading from peers. */
export async function startBackgroundWork(needs: BackgroundNeeds): Promise<{ stop(): Promise<void> }> {
  const { context, logger: log } = needs;
  const { db } = context.control;
  await openShelf(context, needs.reportShelf);
  await sweepRunFiles(context, needs.complianceShelf);
  const schedules = Object.entries(TIMETABLE).map(([kind, pattern]) => ({ name: kind, kind, pattern }));
  const running = [
    startDetector(context, log),
    // A runner each, so that none waits for work of another sort.
    startRunner({ db, log, ...reportJobs(needs) }),
    startRunner({ db, log, ...complianceJobs(needs) }),
    startRunner({ db, log, ...upkeepJobs(needs) }),
    startSchedules({ db, log, schedules, pollMs: 10_000 }),
    startPeerPulls({ puller: peerPuller(needs), concurrency: 4, pollMs: 1_000, log }),
  ];
  return {
    async stop() {
      for (const work of running.reverse()) await work.stop();
    },
  };
}

type Jobs = Pick<RunnerOptions, 'kinds' | 'concurrency' | 'pollMs'>;

/** Reports that somebody waits for. */
function reportJobs({ context, reportShelf: shelf, logger }: BackgroundNeeds): Jobs {
  return {
    kinds: {
      'write-report': writeReportTask(context, { shelf, words: clumioReportWords }, logger),
      'expire-reports': expireReportsTask(context, shelf),
    },
    // A long report does not keep the short ones waiting.
    concurrency: 2,
    pollMs: 500,
  };
}

/** Compliance reports that are asked for or due. */
function complianceJobs({ context, complianceShelf: shelf, logger }: BackgroundNeeds): Jobs {
  return {
    kinds: {
      'run-compliance-report': runComplianceReportTask(context, { shelf, words: clumioReportWords }, logger),
      'queue-due-compliance-runs': queueDueRunsTask(context),
      'sweep-compliance-files': sweepRunFilesTask(context, shelf),
    },
    concurrency: 1,
    pollMs: 1_000,
  };
}

function upkeepJobs({ context, ingest, logger }: BackgroundNeeds): Jobs {
  return {
    kinds: {
      'apply-retention': applyRetentionTask(context),
      'backfill-rules': backfillRulesTask(context),
      'derive-alerts': deriveAlertsTask(context),
      'fold-matches': foldMatchesTask(context),
      'forget-finished-jobs': forgetFinishedJobsTask(context),
      'forget-superseded-alarms': forgetSupersededAlarmsTask(context),
      'forget-tokens': forgetTokensTask(context),
      'load-abandoned': loadAbandonedTask(ingest),
      'write-security-report': writeSecurityReportTask(context, logger),
    },
    concurrency: 1,
    pollMs: 5_000,
  };
}

function peerPuller({ context, config, tokenKey, logger }: BackgroundNeeds) {
  return createPeerPuller(context, {
    intervalMs: config.peerIntervalSeconds * 1000,
    requestsPerSecond: config.peerRequestsPerSecond,
    tokenKey,
    log: logger,
  });
}
