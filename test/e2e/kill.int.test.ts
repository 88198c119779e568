import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/kit/random.ts';
import { writeScaleDns } from '../../src/sources/demo/index.ts';
import { type BelfryServer, belfryOn } from '../belfry-process.ts';
import { openTestEvents } from '../test-events.ts';

/** `KILLS=20 npm test -- test/e2e/kill` is the long form. */
const KILLS = Number(process.env.KILLS ?? 4);
/** Several batches, so that kills fall before, between, inside and after them. */
const LINES = 420_000;

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

async function post(server: BelfryServer, path: string, body: object): Promise<void> {
  await fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The receipt, or undefined when the server went away. */
function importFile(server: BelfryServer): Promise<Record<string, number> | undefined> {
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
  const belfry = belfryOn(join(folder, 'data'));
  const random = seededRandom('kills');
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await belfry.serve();
    if (kill === 0) await post(server, '/belfry/v1/organizations', { slug: 'acme', name: 'Acme' });
    const importing = importFile(server);
    await sleep(random.between(100, 4_000));
    await server.stop('SIGKILL');
    await importing;
  }
  const server = await belfry.serve();
  const receipt = await importFile(server);
  await server.stop();
  expect(receipt).toMatchObject({ received: LINES, rejected: 0, ignored: 0, setAside: 0 });
  expect((receipt?.stored ?? 0) + (receipt?.duplicate ?? 0)).toBe(LINES);
  expect(existsSync(join(belfry.data, 'server.json'))).toBe(false);

  const events = await openTestEvents(join(belfry.data, 'events'));
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
