import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { filePlaces } from '../core/backup/index.ts';
import { sweepRunFiles } from '../core/compliance/index.ts';
import type { Context } from '../core/context.ts';
import { createPeerPuller } from '../core/peers/index.ts';
import { openShelf } from '../core/reports/index.ts';
import { clumioReportWords } from '../dialects/clumio/report-words.ts';
import type { DialectDeps } from '../dialects/dialect.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { startDetector } from '../jobs/detector.ts';
import { leadership } from '../jobs/leadership.ts';
import { startLoader } from '../jobs/loader.ts';
import type { Presence } from '../jobs/presence.ts';
import { startPeerPulls } from '../jobs/pull-peers.ts';
import { type RunnerOptions, startRunner } from '../jobs/runner.ts';
import { startSchedules } from '../jobs/schedule.ts';
import { applyRetentionTask } from '../jobs/tasks/apply-retention.ts';
import { backfillRulesTask } from '../jobs/tasks/backfill-rules.ts';
import { deriveAlertsTask } from '../jobs/tasks/derive-alerts.ts';
import { expireReportsTask } from '../jobs/tasks/expire-reports.ts';
import { foldMatchesTask } from '../jobs/tasks/fold-matches.ts';
import { forgetFinishedJobsTask } from '../jobs/tasks/forget-finished-jobs.ts';
import { forgetRequestCountsTask } from '../jobs/tasks/forget-request-counts.ts';
import { forgetSupersededAlarmsTask } from '../jobs/tasks/forget-superseded-alarms.ts';
import { forgetTokensTask } from '../jobs/tasks/forget-tokens.ts';
import { queueDueRunsTask } from '../jobs/tasks/queue-due-runs.ts';
import { runComplianceReportTask } from '../jobs/tasks/run-compliance-report.ts';
import { sweepRunFilesTask } from '../jobs/tasks/sweep-run-files.ts';
import { writeBackupTask } from '../jobs/tasks/write-backup.ts';
import { writeReportTask } from '../jobs/tasks/write-report.ts';
import { writeSecurityReportTask } from '../jobs/tasks/write-security-report.ts';
import type { Worker } from '../jobs/worker.ts';
import { FilesLeft } from '../kit/remove-older.ts';

export interface BackgroundNeeds {
  readonly config: Pick<
    Config,
    'roles' | 'dataDirectory' | 'tokenKey' | 'peerIntervalSeconds' | 'peerRequestsPerSecond'
  >;
  readonly context: Context;
  readonly ingest: Ingest;
  readonly deps: Pick<DialectDeps, 'reportShelf' | 'complianceShelf' | 'tokenKey'>;
  /** Why this process takes no work at the moment; undefined while it does. */
  readonly fault: Presence['fault'];
  /** Name of this process: work is claimed under it. */
  readonly owner: string;
  readonly logger: Logger;
}

/** When jobs are queued that nobody asks for: kind to cron pattern, in UTC. */
const TIMETABLE = {
  'apply-retention': '7 * * * *',
  'derive-alerts': '* * * * *',
  'expire-reports': '* * * * *',
  'fold-matches': '37 * * * *',
  'forget-finished-jobs': '27 4 * * *',
  'forget-request-counts': '*/5 * * * *',
  'forget-superseded-alarms': '*/5 * * * *',
  'forget-tokens': '17 * * * *',
  'queue-due-compliance-runs': '* * * * *',
  'sweep-compliance-files': '23 * * * *',
};

/** Starts everything that this process does beside requests: loading what others left, detection, jobs, reading from peers. */
export async function startBackgroundWork(needs: BackgroundNeeds): Promise<Worker> {
  const { roles } = needs.config;
  const mayWork = () => needs.fault() === undefined;
  // First what may fail: then nothing is under way that would have to be stopped.
  const jobs = roles.has('jobs') ? await startJobs(needs, mayWork) : [];
  const running = [...jobs, ...(roles.has('ingest') ? [startLoader(needs.ingest, mayWork)] : [])];
  return {
    async stop() {
      await Promise.all(running.map((work) => work.stop()));
    },
  };
}

async function startJobs(needs: BackgroundNeeds, mayWork: () => boolean): Promise<Worker[]> {
  const { context, deps, owner, logger: log } = needs;
  const { db } = context.control;
  await sweep(log, openShelf(context, deps.reportShelf));
  await sweep(log, sweepRunFiles(context, deps.complianceShelf));
  const schedules = Object.entries(TIMETABLE).map(([kind, pattern]) => ({ name: kind, kind, pattern }));
  const runner = (jobs: Jobs) => startRunner({ db, log, owner, mayWork, ...jobs });
  return [
    startDetector({ context, log, leadership: leadership(db, { name: 'detector', owner }), mayWork }),
    // A runner each, so that none waits for work of another sort.
    runner(reportJobs(needs)),
    runner(complianceJobs(needs)),
    runner(upkeepJobs(needs)),
    runner(backupJobs(needs)),
    startSchedules({ db, log, schedules, mayWork, pollMs: 10_000 }),
    startPeerPulls({ puller: peerPuller(needs), concurrency: 4, pollMs: 1_000, log, mayWork }),
  ];
}

/** A file that cannot be removed is no reason not to start: jobs try again, and fail visibly. */
async function sweep(log: Logger, sweeping: Promise<void>): Promise<void> {
  await sweeping.catch((error: unknown) => {
    if (!(error instanceof FilesLeft)) throw error;
    log.warn({ err: error }, 'there are files that no report needs and that cannot be removed');
  });
}

type Jobs = Pick<RunnerOptions, 'kinds' | 'concurrency' | 'pollMs'>;

/** Reports that somebody waits for. */
function reportJobs({ context, deps: { reportShelf: shelf }, logger }: BackgroundNeeds): Jobs {
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
function complianceJobs({ context, deps: { complianceShelf: shelf }, logger }: BackgroundNeeds): Jobs {
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

function upkeepJobs({ context, logger }: BackgroundNeeds): Jobs {
  return {
    kinds: {
      'apply-retention': applyRetentionTask(context),
      'backfill-rules': backfillRulesTask(context),
      'derive-alerts': deriveAlertsTask(context),
      'fold-matches': foldMatchesTask(context),
      'forget-finished-jobs': forgetFinishedJobsTask(context),
      'forget-request-counts': forgetRequestCountsTask(context),
      'forget-superseded-alarms': forgetSupersededAlarmsTask(context),
      'forget-tokens': forgetTokensTask(context),
      'write-security-report': writeSecurityReportTask(context, logger),
    },
    concurrency: 1,
    pollMs: 5_000,
  };
}

/** Backups that somebody asked for. */
function backupJobs({ context, config, deps: { tokenKey } }: BackgroundNeeds): Jobs {
  const places = filePlaces(config.dataDirectory, config.tokenKey === null);
  return { kinds: { 'write-backup': writeBackupTask(context, { places, tokenKey }) }, concurrency: 1, pollMs: 1_000 };
}

function peerPuller({ context, config, deps: { tokenKey }, logger }: BackgroundNeeds) {
  return createPeerPuller(context, {
    intervalMs: config.peerIntervalSeconds * 1000,
    requestsPerSecond: config.peerRequestsPerSecond,
    tokenKey,
    log: logger,
  });
}
