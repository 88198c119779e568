import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/kit/random.ts';
import { REPORT_TYPES } from '../../src/model/report.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import { type ListedReport, parseCsv } from '../report-flow.ts';

/** `REPORTS=200 KILLS=40 npm test -- test/e2e/report-kill` is the long form. */
const REPORTS = Number(process.env.REPORTS ?? 16);
const KILLS = Number(process.env.KILLS ?? 3);
/** So many that a report takes a moment, in which it can be killed. */
const JOBS = 40_000;

const random = seededRandom('report kills');
let folder: string;
let token: string;
let belfry: Belfry;
let server: BelfryServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-report-kill-'));
  belfry = belfryOn(join(folder, 'data'), { BELFRY_LOG_LEVEL: 'fatal', BELFRY_CLUMIO_RATE_PER_SECOND: '0' });
  server = await belfry.serve();
  await native('/organizations', { slug: 'acme', name: 'Acme' });
  ({ token } = (await native('/clients', { organization: 'acme', name: 'reports', api: 'clumio' })) as {
    token: string;
  });
  await importJobs();
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function native(path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${server.address}/belfry/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function importJobs(): Promise<void> {
  const start = Date.now() - 86_400_000;
  const lines = Array.from({ length: JOBS }, (_, number) => {
    const at = new Date(start + number * 1000).toISOString();
    return `nightly_backup,${number % 4 === 0 ? 'failed' : 'success'},host_path,nas:/${number},nas,${at},${at},${number},`;
  });
  const header =
    'task,status,primary_entity_type,primary_entity_id,primary_entity_value,start_timestamp,end_timestamp,bytes,message';
  const answer = await fetch(`${server.address}/belfry/v1/organizations/acme/imports?path=backups.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/octet-stream' },
    body: `${[header, ...lines].join('\n')}\n`,
  });
  expect(await answer.json()).toMatchObject({ stored: JOBS });
}

function clumio(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.address}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
}

/** The task's id, or undefined where the server went away before it said so. */
async function ask(): Promise<string | undefined> {
  const body = JSON.stringify({ type: random.pick(REPORT_TYPES), file_name: 'killed' });
  try {
    const answer = await clumio('/reports/downloads', { method: 'POST', body });
    return ((await answer.json()) as { task_id: string }).task_id;
  } catch {
    return undefined;
  }
}

interface ReportTask {
  readonly id: string;
  readonly status: string;
  readonly error_message?: string;
}

async function items<Item>(path: string): Promise<Item[]> {
  const answer = (await (await clumio(path)).json()) as { _embedded: { items: Item[] } };
  return answer._embedded.items;
}

const tasks = () =>
  items<ReportTask>(`/tasks?limit=10000&filter=${encodeURIComponent('{"category":{"$in":["report_generation"]}}')}`);

test(`of ${REPORTS} reports asked for while the process is killed ${KILLS} times each ends once, and none is stuck`, {
  timeout: 120_000 + KILLS * 30_000,
}, async () => {
  const asked: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const asking = Promise.all(Array.from({ length: Math.ceil(REPORTS / KILLS) }, ask));
    await sleep(random.between(50, 2_500));
    await server.stop('SIGKILL');
    asked.push(...(await asking).filter((id) => id !== undefined));
    server = await belfry.serve();
  }
  let known = await tasks();
  while (known.some(({ status }) => !['completed', 'failed'].includes(status))) {
    await sleep(200);
    known = await tasks();
  }
  expect(new Set(known.map(({ id }) => id))).toEqual(new Set([...asked, ...known.map(({ id }) => id)]));
  const completed = known.filter(({ status }) => status === 'completed');
  for (const { error_message: why } of known.filter(({ status }) => status === 'failed'))
    expect(why).toMatch(/the server stopped/);
  expect(completed.length).toBeGreaterThan(0);
  const reports = await items<ListedReport>('/reports/downloads?limit=10000');
  expect(reports.map(({ task_id }) => task_id).toSorted()).toEqual(completed.map(({ id }) => id).toSorted());
  expect(await readdir(join(belfry.data, 'reports'))).toHaveLength(reports.length);
  for (const report of reports) await expectWhole(report);
});

async function expectWhole(report: ListedReport): Promise<void> {
  const link = new URL(report.download_link);
  const url = `${server.address}${link.pathname}${link.search}`;
  const body = await (await fetch(url)).text();
  const manifest = (await (await fetch(`${url}.manifest.json`)).json()) as { sha256: string; rows: number };
  expect(createHash('sha256').update(body).digest('hex')).toBe(manifest.sha256);
  const rows = parseCsv(body);
  expect(rows).toHaveLength(manifest.rows);
  if (report.type === 'activity') expect(rows).toHaveLength(JOBS);
}
