import { claimJob, releaseJob } from '../src/control/repos/jobs.ts';
import { sweepRunFiles } from '../src/core/compliance/index.ts';
import { clumioReportWords } from '../src/dialects/clumio/report-words.ts';
import { runComplianceReportTask } from '../src/jobs/tasks/run-compliance-report.ts';
import { backupRecord, toEngine } from './backup-records.ts';
import type { Headers } from './clumio-api.ts';
import type { World } from './world.ts';

const LOG = { debug: () => undefined, warn: () => undefined, error: () => undefined };

/** What makes compliance reports in a world. */
export function complianceTask({ context, deps }: World) {
  return runComplianceReportTask(context, { shelf: deps.complianceShelf, words: clumioReportWords }, LOG);
}

/** Makes every compliance report that was asked for, as the server's jobs do; answers how many. */
export async function makeRuns(world: World): Promise<number> {
  const { db } = world.context.control;
  await sweepRunFiles(world.context, world.deps.complianceShelf);
  for (let made = 0; ; made += 1) {
    const now = new Date(Math.max(Date.now(), world.nowMs) + 1_000);
    const job = await claimJob(db, { owner: 'test', now, leaseMs: 60_000, kinds: ['run-compliance-report'] });
    if (job === undefined) return made;
    const { signal } = new AbortController();
    await complianceTask(world).run(job.payload, { signal, attempt: job.attempt, jobId: job.id });
    await releaseJob(db, job, { state: 'succeeded' });
  }
}

/** Asks for compliance reports with a token. */
export function complianceApi(world: World, token: Headers) {
  const ask = (method: Method, url: string, payload?: unknown, headers = token) =>
    world.app.inject({ method, url, headers, ...(payload !== undefined && { payload: JSON.stringify(payload) }) });
  return {
    ask,
    create: async (body: object = {}, headers = token) =>
      (
        await ask(
          'POST',
          CONFIGURATIONS,
          { name: 'Nightly', parameter: { controls: BACKUP_CONTROL }, ...body },
          headers,
        )
      ).json(),
    /** Each a little later than the one before, so that lists have an order. */
    run: async (id: string, body: object = {}) => {
      world.nowMs += 1;
      return (await ask('POST', `${CONFIGURATIONS}/${id}/runs`, body)).json();
    },
    runsOf: async (id: string, query = '') => (await ask('GET', `${CONFIGURATIONS}/${id}/runs${query}`)).json(),
  };
}

export const CONFIGURATIONS = '/reports/compliance/configurations';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const days = (value: number) => ({ unit: 'days', value });

export const BACKUP_CONTROL = {
  asset_backup: {
    look_back_period: days(3),
    minimum_retention_duration: { unit: 'months', value: 1 },
    window_size: days(1),
  },
};

export const ALL_CONTROLS = {
  ...BACKUP_CONTROL,
  asset_protection: { should_ignore_deactivated_policy: false },
  policy: { minimum_retention_duration: days(30), minimum_rpo_frequency: days(1) },
};

/** Backups of the last days: of the branch's two volumes one with a gap, and one of the office of which little is told. */
export async function loadBackups(world: World): Promise<void> {
  const { branch, office, sibling } = world.organizations;
  const iso = (ms: number) => new Date(ms).toISOString();
  const backup = (job: string, daysAgo: number, told: object) =>
    backupRecord(iso(world.nowMs - daysAgo * 86_400_000 - 1), {
      job,
      kept_until: toEngine(iso(world.nowMs + (40 - daysAgo) * 86_400_000)),
      policy_id: 'p',
      policy_name: 'Daily',
      ...told,
    });
  const volume = (value: string) => ({ primary_entity: { id: `arn:${value}`, type: 'aws_ebs_volume', value } });
  await world.load(branch, [
    ...[0, 1, 2, 3].map((day) => backup(`a${day}`, day, volume('=good'))),
    ...[0, 2, 3].map((day) => backup(`b${day}`, day, volume('gap'))),
  ]);
  await world.load(office, [backup('c', 0, { ...volume('untold'), kept_until: null, policy_id: '', policy_name: '' })]);
  await world.load(sibling, [backup('d', 0, volume('foreign'))]);
}
