import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDemoSet } from '../../src/cli/demo-set.ts';
import { type Belfry, startBelfry } from '../../src/cli/start-belfry.ts';
import type { Organization } from '../../src/cli/wire.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Body } from '../body.ts';
import { type ListedReport, parseCsv } from '../report-flow.ts';

const run = promisify(execFile);

let folder: string;
let server: Belfry;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-reports-'));
  server = await startBelfry(loadConfig({ BELFRY_DATA: folder }), { host: '127.0.0.1', port: 0 });
  const api = server.connect();
  await loadDemoSet(api, folder, { events: 20_000, days: 20, seed: 1, end: new Date(), scale: false });
  ({ token } = await api.post<{ token: string }>('/clients', {
    organization: 'larkspur-it',
    name: 'reports',
    api: 'clumio',
  }));
}, 300_000);

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What curl prints, which is JSON. */
async function curl(path: string, ...more: string[]): Promise<Body> {
  const { stdout } = await run('curl', [
    '-s',
    '-H',
    `Authorization: Bearer ${token}`,
    ...more,
    `${server.address}${path}`,
  ]);
  return JSON.parse(stdout);
}

const filtered = (path: string, filter: object) => curl(`${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`);

interface Fetched {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly manifest: { readonly rows: number; readonly sha256: string };
}

/** Asks for a report, follows its task, and fetches its file by the link of the list, without a token. */
async function report(type: string, filter = ''): Promise<Fetched> {
  const body = JSON.stringify({ type, file_name: `all of ${type}`, filter });
  const { task_id: id } = await curl('/reports/downloads', '-d', body);
  while ((await curl(`/tasks/${id}`)).status !== 'completed') await sleep(100);
  const { _embedded: list } = await curl('/reports/downloads');
  const found = list.items.find(({ task_id }: ListedReport) => task_id === id);
  const path = join(folder, `${type}.csv`);
  await run('curl', ['-s', '-f', '-o', path, found.download_link]);
  const { stdout } = await run('curl', ['-s', '-f', `${found.download_link}.manifest.json`]);
  const file = await readFile(path);
  const manifest = JSON.parse(stdout);
  const rows = parseCsv(file.toString());
  expect(manifest).toMatchObject({ rows: rows.length, sha256: createHash('sha256').update(file).digest('hex') });
  return { rows, manifest };
}

const ENDED = { genre: { $in: ['operational'] }, status: { $in: ['completed', 'failed', 'aborted'] } };

test('an activity report of the demo set has the jobs that the list of tasks counts', async () => {
  const { rows } = await report('activity');
  expect(rows.length).toBeGreaterThan(100);
  expect(rows).toHaveLength((await filtered('/tasks', ENDED)).total_count);
  const failed = rows.filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength((await filtered('/tasks', { ...ENDED, status: { $eq: 'failed' } })).total_count);
  expect((await report('activity', '{"status": {"$in": ["failed"]}}')).rows).toEqual(failed);
});

test('an audit report of the demo set has the trail as its list has it', async () => {
  const { total_count: before } = await curl('/audit-trails');
  const { rows } = await report('audit');
  // That the report was asked for is in it; that it was fetched is not.
  expect(rows).toHaveLength(before + 1);
  expect(rows[0]).toMatchObject({ action: 'create', category: 'reports', user_email: 'reports' });
});

test('a consumption report of the demo set has every event that was imported', async () => {
  const { rows } = await report('consumption');
  const stored = rows.filter((row) => row.entity_type === 'BelfryEvents' && row.unit_metered === 'events');
  const sum = stored.reduce((total, row) => total + Number(row.daily_usage_amount), 0);
  expect(sum).toBe(await storedEvents());
  expect(rows.filter((row) => row.operation === 'backup').length).toBeGreaterThan(100);
});

/** As the ledger of batches counts them. */
async function storedEvents(): Promise<number> {
  const api = server.connect();
  const { data } = await api.get<{ data: Organization[] }>('/organizations');
  let stored = 0;
  for (const { slug } of data) {
    const { batches } = await api.get<{ batches: { stored: number } }>(`/organizations/${slug}/health`);
    stored += batches.stored;
  }
  return stored;
}
