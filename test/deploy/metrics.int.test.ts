import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readinessOf } from '../../src/cli/readiness.ts';
import { type Belfry, startBelfry } from '../../src/cli/start-belfry.ts';
import type { Organization } from '../../src/cli/wire.ts';
import { loadConfig } from '../../src/config/index.ts';
import { openControl } from '../../src/control/database.ts';
import { enqueue } from '../../src/control/repos/jobs.ts';
import { mountOperations } from '../../src/http/operations.ts';
import { inDeploy, metricsOfDashboard, metricsOfRules, ofOtherPrograms } from './deploy-files.ts';

const run = promisify(execFile);

let folder: string;
let belfry: Belfry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-metrics-'));
  belfry = await startBelfry(loadConfig({ BELFRY_DATA: folder, BELFRY_PORT: '0' }));
  await belfry.connect().post<Organization>('/organizations', { slug: 'acme', name: 'Acme' });
  // A minute's timetable may not have queued anything yet.
  await belfry.context.control.db
    .insertInto('jobs')
    .values({
      id: 'waiting',
      kind: 'from-a-later-release',
      payload: 'null',
      state: 'queued',
      runAt: new Date(Date.now() - 60_000).toISOString(),
      attempts: 0,
      createdAt: new Date().toISOString(),
    })
    .execute();
});

afterAll(async () => {
  await belfry?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What `/metrics` prints: series by name and labels. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await fetch(`${belfry.address}/metrics`);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('tells the stores, the disk, the books and the build', async () => {
  const series = await scrape();
  expect(series.get('belfry_store_up{store="events"}')).toBe(1);
  expect(series.get('belfry_store_up{store="control"}')).toBe(1);
  expect(Math.abs(series.get('belfry_store_clock_offset_seconds{store="events"}') ?? Number.NaN)).toBeLessThan(5);
  expect(series.get('belfry_data_disk_free_bytes')).toBeGreaterThan(0);
  expect(series.get('belfry_data_disk_size_bytes')).toBeGreaterThan(0);
  expect(series.get('belfry_spool_bytes')).toBe(0);
  expect(series.get('belfry_batches{state="open"}')).toBe(0);
  expect(series.get('belfry_batches{state="set_aside"}')).toBe(0);
  expect(series.get('belfry_detection_lag_seconds')).toBe(0);
  expect(series.get('belfry_jobs{kind="from-a-later-release",state="queued"}')).toBe(1);
  expect(series.get('belfry_jobs_overdue_seconds{kind="from-a-later-release"}')).toBeGreaterThanOrEqual(60);
  expect([...series.keys()].filter((name) => name.startsWith('belfry_build_info'))).toHaveLength(1);
});

test('counts requests by surface and by route, however they were asked for', async () => {
  await fetch(`${belfry.address}/reports/v2/activity?from=-1days&to=now`);
  await fetch(`${belfry.address}/tasks?limit=1`);
  await fetch(`${belfry.address}/api/2.0/no/such/path`);
  await fetch(`${belfry.address}/nowhere/at/all`);
  const series = await scrape();
  const counted = (labels: string) => series.get(`belfry_http_request_duration_seconds_count{${labels}}`);
  expect(counted('surface="umbrella-reporting-v2",method="GET",route="/reports/v2/activity",status="401"')).toBe(1);
  expect(counted('surface="clumio",method="GET",route="/tasks",status="401"')).toBe(1);
  expect(counted('surface="usm-anywhere",method="GET",route="none",status="404"')).toBe(1);
  expect(counted('surface="none",method="GET",route="none",status="404"')).toBe(1);
  // The scrape itself.
  expect(series.get('belfry_http_requests_in_flight')).toBe(1);
});

test('counts what is taken in, and what the event store does', async () => {
  const before = await scrape();
  const log = Buffer.from(
    '{"time":"2026-01-15T10:00:00Z","host":"a"}\n{"time":"2026-01-15T10:00:01Z","host":"b"}\nnothing\n',
  );
  const query = { format: 'ndjson', path: 'app.json' };
  await belfry.connect().upload('/organizations/acme/imports', query, Readable.from([log]));
  const after = await scrape();
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grown('belfry_ingest_records_total{outcome="stored"}')).toBe(2);
  expect(grown('belfry_ingest_records_total{outcome="rejected"}')).toBe(1);
  expect(grown('belfry_ingest_bytes_total')).toBe(log.length);
  expect(grown('belfry_ingest_batches_total{outcome="committed"}')).toBe(1);
  expect(grown('belfry_ingest_load_duration_seconds_count')).toBe(1);
  expect(grown('belfry_events_query_duration_seconds_count{priority="bulk"}')).toBeGreaterThan(0);
  await expect(belfry.context.events.query('SELECT no_such_column')).rejects.toThrow();
  const failures = [...(await scrape()).keys()].filter((name) => name.startsWith('belfry_events_query_failures_total'));
  expect(failures).not.toEqual([]);
});

test('tells what runs of jobs came to', async () => {
  const { db } = belfry.context.control;
  await enqueue(db, { kind: 'forget-tokens', payload: null });
  const name = 'belfry_job_run_duration_seconds_count{kind="forget-tokens",outcome="succeeded"}';
  await vi.waitFor(async () => expect((await scrape()).get(name)).toBeGreaterThanOrEqual(1), { timeout: 30_000 });
});

test('prints every metric that the rules and the dashboard ask for', async () => {
  const printed = new Set([...(await scrape()).keys()].map((name) => name.replace(/\{.*/, '')));
  const known = new Set([...printed, ...(await ofOtherPrograms())]);
  const rules = metricsOfRules(await readFile(inDeploy('prometheus/belfry.rules.yml'), 'utf8'));
  const dashboard = metricsOfDashboard(await readFile(inDeploy('grafana/belfry.json'), 'utf8'));
  expect(rules.size).toBeGreaterThan(10);
  expect([...rules].filter((name) => !known.has(name))).toEqual([]);
  expect(dashboard.size).toBeGreaterThan(20);
  expect([...dashboard].filter((name) => !known.has(name))).toEqual([]);
});

test('is what the health check of the image asks', async () => {
  const { port } = new URL(belfry.address);
  const script = inDeploy('docker/healthcheck.mjs');
  const check = (path: string) => run(process.execPath, [script, path], { env: { BELFRY_PORT: port } });
  await expect(check('/healthz')).resolves.toBeDefined();
  await expect(check('/readyz')).resolves.toBeDefined();
  await expect(check('/nowhere')).rejects.toMatchObject({ code: 1 });
});

test('goes on telling what it can while the control plane is gone', async () => {
  const control = await openControl({ path: join(folder, 'gone.db') });
  await control.close();
  const app = fastify();
  mountOperations(app, readinessOf({ ...belfry.context, control }, { dataDirectory: folder }));
  try {
    const { body } = await app.inject('/metrics');
    expect(body).toContain('belfry_store_up{store="control"} 0');
    expect(body).toContain('belfry_store_up{store="events"} 1');
    expect(body).toContain('belfry_data_disk_free_bytes ');
    expect(body).not.toContain('belfry_batches{');
    const ready = await app.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(Object.keys(ready.json().faults)).toEqual(['control']);
  } finally {
    await app.close();
  }
});

test('answers while the control plane hangs', async () => {
  const control = await openControl({ path: join(folder, 'busy.db') });
  const app = fastify();
  mountOperations(app, readinessOf({ ...belfry.context, control }));
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  // The embedded database has one connection: who holds it keeps everybody waiting.
  const holding = control.db.transaction().execute(() => held);
  try {
    const [metrics, ready] = await Promise.all([app.inject('/metrics'), app.inject('/readyz')]);
    expect(metrics.statusCode).toBe(200);
    expect(metrics.body).toContain('belfry_store_up{store="control"} 0');
    expect(metrics.body).toContain('belfry_store_up{store="events"} 1');
    expect(ready.statusCode).toBe(503);
    expect(ready.json().faults.control).toBe('no answer within 5 seconds');
    letGo();
    await holding;
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  } finally {
    letGo();
    await holding;
    await app.close();
    await control.close();
  }
});
