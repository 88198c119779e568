import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readServerFile, type ServerFile } from '../../src/cli/server-file.ts';
import { EventStore } from '../../src/events/client.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { writeScaleDns } from '../../src/sources/demo/index.ts';

/** `KILLS=20 npm test -- test/e2e/kill` is the long form. */
const KILLS = Number(process.env.KILLS ?? 4);
/** Several batches, so that kills fall before, between, inside and after them. */
const LINES = 420_000;
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-kill-'));
  file = join(folder, 'dnslogs', 'dns.csv');
  await writeScaleDns({ path: file, seed: 7, end: new Date(), days: 3, events: LINES, domains: 5_000 });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function serve(): Promise<{ child: ChildProcess; server: ServerFile }> {
  await rm(join(folder, 'data', 'server.json'), { force: true });
  const env = {
    ...process.env,
    BELFRY_DATA: join(folder, 'data'),
    BELFRY_PORT: '0',
    BELFRY_DEMO: '0',
    BELFRY_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (child.exitCode === null) {
    const server = await readServerFile(join(folder, 'data'));
    if (server !== undefined) return { child, server };
    await sleep(50);
  }
  throw new Error(`the server ended with ${child.exitCode}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function post(server: ServerFile, path: string, body: object): Promise<void> {
  await fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The receipt, or undefined when the server went away. */
function importFile(server: ServerFile): Promise<Record<string, number> | undefined> {
  return new Promise((resolve) => {
    const upload = request(`${server.address}/belfry/v1/organizations/acme/imports?path=dnslogs/dns.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/octet-stream' },
    });
    upload.on('error', () => resolve(undefined));
    upload.on('response', async (response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
        resolve(JSON.parse(Buffer.concat(chunks).toString()));
      } catch {
        resolve(undefined);
      }
    });
    createReadStream(file)
      .on('error', () => resolve(undefined))
      .pipe(upload);
  });
}

test(`after ${KILLS} kills in mid-import, importing again leaves every line once, rollups included`, {
  timeout: 600_000,
}, async () => {
  const random = seededRandom('kills');
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { child, server } = await serve();
    if (kill === 0) await post(server, '/belfry/v1/organizations', { slug: 'acme', name: 'Acme' });
    const importing = importFile(server);
    await sleep(random.between(100, 4_000));
    await end(child, 'SIGKILL');
    await importing;
  }
  const { child, server } = await serve();
  const receipt = await importFile(server);
  await end(child, 'SIGTERM');
  expect(receipt).toMatchObject({ received: LINES, rejected: 0, ignored: 0, setAside: 0 });
  expect((receipt?.stored ?? 0) + (receipt?.duplicate ?? 0)).toBe(LINES);
  expect(existsSync(join(folder, 'data', 'server.json'))).toBe(false);

  const events = new EventStore({ path: join(folder, 'data', 'events') });
  try {
    const [inFile] = await events.query(
      `SELECT count() AS lines, toString(sum(cityHash64(line))) AS sum FROM file('${file}', 'LineAsString', 'line String')`,
    );
    const [stored] = await events.query('SELECT count() AS lines, toString(sum(cityHash64(raw))) AS sum FROM events');
    expect(stored).toEqual(inFile);
    for (const rollup of ['facets_hourly', 'facets_daily']) {
      const [counted] = await events.query(`SELECT sum(requests) AS requests FROM ${rollup} WHERE facet = 1`);
      expect(counted).toEqual({ requests: LINES });
    }
  } finally {
    await events.close();
  }
});
