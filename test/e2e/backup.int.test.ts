import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, askAll } from '../api-answers.ts';
import { type Belfry, type BelfryServer, belfryOn, COMMAND } from '../belfry-process.ts';
import type { Body } from '../body.ts';
import { type ServerStores, startServerStores } from '../server-stores.ts';

// Everything moves from embedded stores to servers, into a backup, and back into embedded stores; the surfaces answer the
// same all the way. `KILLS=20 npm test -- test/e2e/backup` kills more often.

const KILLS = Number(process.env.KILLS ?? 2);
const KEY = { BELFRY_TOKEN_KEY: 'a key that all processes of a test share' };
const SETTINGS = {
  ...KEY,
  BELFRY_LOG_LEVEL: 'fatal',
  BELFRY_CLUMIO_RATE_PER_SECOND: '0',
  BELFRY_UMBRELLA_RATE_PER_SECOND: '0',
  BELFRY_TOKEN_RATE_PER_MINUTE: '0',
  BELFRY_USM_GETS_PER_SECOND: '0',
};

let folder: string;
let first: Belfry;
let server: BelfryServer | undefined;
let stores: ServerStores | undefined;
let asker: Asker;
let before: ReadonlyMap<string, unknown>;
/** Log files of the organization `late`, and how many records they hold. */
let logs: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-backup-'));
  first = belfryOn(join(folder, 'first'), SETTINGS);
  server = await first.serve();
  await first.json('demo', '--events', '4000');
  const [organization] = (await native(server, 'GET', '/organizations')).data;
  const { id, slug } = organization;
  const client = await first.json('client', 'create', slug, '--name', 'one');
  const central = await first.json('client', 'create', slug, '--name', 'two', '--api', 'usm-central');
  const clumio = await first.json('client', 'create', slug, '--name', 'three', '--api', 'clumio');
  await first.run(['user', 'create', slug, '--email', 'ann@example.com', '--name', 'Ann', '--role', 'manager']);
  await native(server, 'POST', `/organizations/${slug}/labels`, { name: 'seen' });
  asker = {
    organization: { id, slug },
    client,
    central,
    clumioToken: clumio.token,
    range: { from: Date.now() - 30 * 24 * 3_600_000, to: Date.now() },
  };
  await askForReport(server, clumio.token);
  await first.json('org', 'create', 'late', '--name', 'Late');
  logs = await demoFiles();
}, 300_000);

afterAll(async () => {
  await server?.stop();
  await stores?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function native(at: BelfryServer, method: string, path: string, body?: object): Promise<Body> {
  const answer = await fetch(`${at.address}/belfry/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${at.token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}

async function askForReport(at: BelfryServer, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ type: 'activity', file_name: 'report' });
  const answer = await fetch(`${at.address}/reports/downloads`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  for (;;) {
    const listed = (await (await fetch(`${at.address}/reports/downloads`, { headers })).json()) as Body;
    if (listed._embedded.items.length > 0) return;
    await sleep(200);
  }
}

async function demoFiles(): Promise<string[]> {
  const at = join(folder, 'logs');
  await first.json('demo', '--events', '20000', '--seed', '7', '--out', at);
  const names = await readdir(at, { recursive: true });
  return names.filter((name) => name.endsWith('.csv.gz')).map((name) => join(at, name));
}

/** Answers once detection and alerts have followed what was imported. */
async function settledAnswers(at: BelfryServer): Promise<ReadonlyMap<string, unknown>> {
  while ((await figure(at, 'belfry_detection_lag_batches')) !== 0) await sleep(200);
  // Alerts are derived once a minute.
  const derived = async () =>
    (await figure(at, 'belfry_job_run_duration_seconds_count{kind="derive-alerts",outcome="succeeded"}')) ?? 0;
  const before = await derived();
  while ((await derived()) === before) await sleep(200);
  return askAll(at, asker);
}

async function figure(at: BelfryServer, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${at.address}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

/** Questions that are answered otherwise than before. */
async function differences(at: BelfryServer): Promise<string[]> {
  const now = await askAll(at, asker);
  const differ = ([path, answer]: [string, unknown]) => !isDeepStrictEqual(answer, before.get(path));
  return [...now].filter(differ).map(([path, answer]) => `${path}: ${JSON.stringify(answer).slice(0, 300)}`);
}

/** Rows and checksums by table, and of events by organization. */
function countsOf(printed: Body): Body {
  return printed.events;
}

test('a backup that is made while records arrive holds each batch wholly or not; what is missing can be imported again', async () => {
  const at = server as BelfryServer;
  expect(await first.run(['backup'])).toMatchObject({ code: 2 });
  const occupied = await first.run(['backup', join(folder, 'first')]);
  expect(occupied).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
  const importing = importAll(at);
  await sleep(300);
  const backup = await first.json('backup', join(folder, 'busy'));
  const received = await importing;
  expect(received).toBeGreaterThan(1_000);
  const second = belfryOn(join(folder, 'second'), SETTINGS);
  const restored = await second.json('restore', join(folder, 'busy'));
  expect(countsOf(restored)).toEqual(countsOf(backup));
  const other = await second.serve();
  try {
    expect((await healthOf(other)).stored).toBe(lateRows(backup));
    await importAll(other);
    expect(await healthOf(other)).toEqual(await healthOf(at));
    expect(lateRows(await second.json('backup', join(folder, 'whole')))).toBe((await healthOf(at)).stored);
    expect(await second.json('audit', 'verify')).toMatchObject({ fault: null });
  } finally {
    await other.stop();
  }
}, 300_000);

/** Batches of the organization and what became of their records. */
async function healthOf(at: BelfryServer): Promise<Body> {
  const { lastCommittedAt: _, ...counts } = (await native(at, 'GET', '/organizations/late/health')).batches;
  return counts;
}

/** Events of the organization in a backup. */
function lateRows(backup: Body): number {
  return countsOf(backup)[0].organizations.find((one: Body) => one.organization === 'late')?.rows ?? 0;
}

/** How many records the files have. */
async function importAll(at: BelfryServer): Promise<number> {
  let received = 0;
  for (const path of logs) {
    const answer = await fetch(`${at.address}/belfry/v1/organizations/late/imports?path=${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.token}`, 'content-type': 'application/octet-stream' },
      body: await readFile(path),
    });
    const body = (await answer.json()) as Body;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
    received += body.received ?? body.receipt.received;
  }
  return received;
}

test('everything moves to servers, killed again and again, into a backup, and back; all surfaces answer the same', async () => {
  before = await settledAnswers(server as BelfryServer);
  await server?.stop();
  stores = await startServerStores(folder);
  const { BELFRY_EVENTS_URL, BELFRY_CONTROL_URL } = stores.env;
  const move = ['migrate-store', '--to-events', BELFRY_EVENTS_URL, '--to-control', BELFRY_CONTROL_URL];
  for (let kill = 0; kill < KILLS; kill += 1) await killed(move, 1_500 + 700 * kill);
  const moved = await first.json(...move);
  expect(moved.settings.BELFRY_CONTROL_URL).not.toContain(new URL(BELFRY_CONTROL_URL).password || 'no password');

  const served = belfryOn(first.data, { ...SETTINGS, ...stores.env });
  server = await served.serve();
  expect(await differences(server)).toEqual([]);
  const backup = await served.json('backup', join(folder, 'from-servers'));
  expect(countsOf(backup)).toEqual(countsOf(moved));
  await server.stop();

  const third = belfryOn(join(folder, 'third'), SETTINGS);
  expect(countsOf(await third.json('restore', join(folder, 'from-servers')))).toEqual(countsOf(moved));
  server = await third.serve();
  expect(await differences(server)).toEqual([]);
  expect(await third.json('audit', 'verify')).toMatchObject({ fault: null });
  const again = await served.run([...move]);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('everything is there already') });
}, 600_000);

/** Starts a command on the first directory and kills it after so long. */
async function killed(args: readonly string[], afterMs: number): Promise<void> {
  const env = { ...SETTINGS, PATH: process.env.PATH, UV_THREADPOOL_SIZE: '16', BELFRY_DATA: first.data };
  const child = spawn(process.execPath, [...COMMAND, ...args], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await sleep(afterMs);
  child.kill('SIGKILL');
  await ended;
}
