/**
 * An activity report of millions of backup jobs: rows a second against the engine writing the same CSV by itself, growth of
 * Node's own memory, the engine's peak, and the first byte of the download.
 * `UV_THREADPOOL_SIZE=16 npx tsx bench/report.ts [jobs] [turns]`
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBelfry } from '../src/cli/start-belfry.ts';
import type { Organization } from '../src/cli/wire.ts';
import { loadConfig } from '../src/config/index.ts';
import { activityFile } from '../src/core/reports/activity-report.ts';
import { settingsClause } from '../src/events/client.ts';
import { FILE_SETTINGS, fileSql } from '../src/events/write-file.ts';

const jobs = Number(process.argv[2] ?? 10_000_000);
const turns = Number(process.argv[3] ?? 2);
const BATCH = 1_000_000;
const FILTER = {
  statuses: ['completed', 'failed', 'aborted'],
  categories: ['backup', 'restore', 'snapshot', 'snapshot_restore'],
};
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const belfry = await startBelfry(
  loadConfig({ BELFRY_DATA: folder, BELFRY_PORT: '0', BELFRY_QUERY_TIMEOUT_SECONDS: '3600' }),
);

try {
  const api = belfry.connect();
  const { id } = await api.post<Organization>('/organizations', { slug: 'bench', name: 'Bench' });
  const client = await api.post<{ token: string }>('/clients', { organization: 'bench', name: 'bench', api: 'clumio' });
  const headers = { authorization: `Bearer ${client.token}` };
  for (let from = 0; from < jobs; from += BATCH) await fill(id, from, Math.min(BATCH, jobs - from));
  for (let turn = 1; turn <= turns; turn += 1) {
    const engine = await timed(() => byTheEngine(id));
    tell('engine alone', engine.seconds);
    const report = await watched(() => throughTheApi(headers));
    tell('report', report.seconds, `ratio ${(engine.seconds / report.seconds).toFixed(2)}`);
    console.log(
      `memory of Node: ${mb(report.before)} before, ${mb(report.peak)} at most, so ${mb(report.peak - report.before)} more`,
    );
    console.log(
      `memory of the statement: ${mb(report.enginePeak)} at most, of ${mb(Number(FILE_SETTINGS.max_memory_usage))} it may take`,
    );
    await download(headers);
  }
} finally {
  await belfry.close();
  await rm(folder, { recursive: true, force: true });
}

function tell(what: string, seconds: number, more = ''): void {
  console.log(`${what}: ${seconds.toFixed(1)} s, ${Math.round(jobs / seconds).toLocaleString('en')} rows/s ${more}`);
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

async function timed(work: () => Promise<unknown>): Promise<{ seconds: number }> {
  const start = performance.now();
  await work();
  return { seconds: (performance.now() - start) / 1000 };
}

/** The time something takes, and what Node's heap and buffers and the engine's largest statement hold meanwhile. */
async function watched(work: () => Promise<unknown>) {
  const ownMemory = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = ownMemory();
  let [peak, enginePeak, done] = [before, 0, false];
  const sampling = (async () => {
    while (!done) {
      peak = Math.max(peak, ownMemory());
      const sql = `SELECT max(peak_memory_usage) AS bytes FROM system.processes WHERE query LIKE '%duration_seconds%'`;
      const [row] = await belfry.context.events.query<{ bytes: number }>(sql);
      enginePeak = Math.max(enginePeak, Number(row?.bytes ?? 0));
      await sleep(20);
    }
  })();
  const { seconds } = await timed(work);
  done = true;
  await sampling;
  return { seconds, before, peak, enginePeak };
}

function byTheEngine(organizationId: number): Promise<void> {
  const question = { type: 'activity', organizationIds: [organizationId], filter: FILTER } as const;
  const units = {
    numbers: [organizationId],
    ids: ['00000000-0000-0000-0000-000000000000'],
    names: ['Global organizational unit'],
  };
  const file = activityFile({ question, units });
  const path = join(folder, 'engine.csv');
  const sql = `${fileSql(file)} INTO OUTFILE '${path}' TRUNCATE FORMAT CSVWithNames ${settingsClause(FILE_SETTINGS)}`;
  return belfry.context.events.command(sql, file.source.parameters);
}

async function throughTheApi(headers: Record<string, string>): Promise<void> {
  const body = JSON.stringify({ type: 'activity', file_name: 'bench' });
  const answer = await fetch(`${belfry.address}/reports/downloads`, { method: 'POST', headers, body });
  const { task_id: id } = (await answer.json()) as { task_id: string };
  for (;;) {
    const task = (await (await fetch(`${belfry.address}/tasks/${id}`, { headers })).json()) as Record<string, unknown>;
    if (task.status === 'completed') return;
    if (task.status === 'failed') throw new Error(String(task.error_message));
    await sleep(50);
  }
}

async function download(headers: Record<string, string>): Promise<void> {
  const list = (await (await fetch(`${belfry.address}/reports/downloads`, { headers })).json()) as {
    _embedded: { items: { download_link: string }[] };
  };
  const start = performance.now();
  const answer = await fetch(list._embedded.items[0]?.download_link ?? '');
  let [first, bytes] = [0, 0];
  for await (const chunk of answer.body ?? []) {
    if (bytes === 0) first = performance.now() - start;
    bytes += (chunk as Uint8Array).length;
  }
  const seconds = (performance.now() - start) / 1000;
  const whole = (await stat(join(folder, 'engine.csv'))).size;
  console.log(
    `download: first byte after ${first.toFixed(1)} ms, ${mb(bytes)} in ${seconds.toFixed(1)} s; the engine's file has ${mb(whole)}`,
  );
}

async function fill(org: number, from: number, count: number): Promise<void> {
  await belfry.context.events.command(
    `INSERT INTO backup_jobs (org, placed, id, source, job, state, seen, created, started, category, type, primary_entity,
      parent_entity, bytes, transferred, vault, policy_id)
    SELECT {org:UInt32}, toDateTime(at, 'UTC'), 1099511627776 + cityHash64(number) % 8000000000000000, 'bench', toString(number),
      (4, at, ['completed', 'failed', 'aborted'][1 + number % 3], addSeconds(at, number % 600), 100, if(number % 3 = 1, 'no space left', ''), 1, number),
      at, at, at, 'backup', 'aws_ebs_volume_incremental_backup', (concat('arn:aws:ec2:volume/vol-', hex(number)), 'aws_ebs_volume',
      concat('vol-', hex(number))), ('1111/eu-west-1', 'aws_environment', '1111/eu-west-1'), number, number, 'nightly', 'plan'
    FROM (SELECT number, fromUnixTimestamp64Micro(toInt64(1.7e15 + cityHash64(number) % 30000000 * 1000000), 'UTC') AS at
      FROM numbers({from:UInt64}, {count:UInt64}))`,
    { org, from, count },
  );
}
