import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import type { Body } from '../body.ts';
import { type ClientAndSecret, tokenFrom } from '../client-token.ts';
import { dnsLine } from '../dns-lines.ts';
import { openServedBelfry, type ServedBelfry, type ServerStores } from '../server-stores.ts';

let served: ServedBelfry;
let folder: string;
let stores: ServerStores;
let belfry: Belfry;
/** Does everything. */
let first: BelfryServer;
/** Answers, and takes logs. */
let second: BelfryServer;

beforeAll(async () => {
  served = await openServedBelfry({ BELFRY_LOG_LEVEL: 'fatal', BELFRY_DRAIN_SECONDS: '3' });
  ({ folder, stores, belfry } = served);
  first = await belfry.serve();
  second = await belfry.serve({ BELFRY_ROLES: 'api,ingest' });
  await belfry.json('org', 'create', 'acme', '--name', 'Acme');
}, 180_000);

afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
  await served?.close();
}, 60_000);

function createClient(name: string): Promise<ClientAndSecret> {
  return belfry.json('client', 'create', 'acme', '--name', name);
}

const tokenOf = (client: ClientAndSecret, server: BelfryServer) => tokenFrom(server, '/auth/v2/token', client);

function activity({ address }: BelfryServer, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${address}/reports/v2/activity/dns?from=-1days&to=now&limit=5`, { headers });
}

function native(server: BelfryServer, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.address}/belfry/v1${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers, authorization: `Bearer ${server.token}` },
  });
}

describe('two processes', () => {
  test('honour one another’s tokens, and their end', async () => {
    const client = await createClient('shared');
    const token = await tokenOf(client, first);
    expect((await activity(second, token)).status).toBe(200);
    await native(first, `/clients/${client.clientId}/disable`, { method: 'POST' });
    const { status } = await activity(second, token);
    expect([401, 403]).toContain(status);
  });

  test('count the requests of an organization together', async () => {
    const token = await tokenOf(await createClient('busy'), first);
    const statuses: number[] = [];
    // A window lasts a second: asked quickly enough, some of the eleven fall into one that has had five.
    for (let round = 0; round < 20 && !statuses.includes(429); round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 11 }, (_, number) => activity(number % 2 === 0 ? first : second, token)),
      );
      statuses.splice(0, statuses.length, ...answers.map(({ status }) => status));
    }
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(11);
  });

  test('answer what either has taken in', async () => {
    const line = dnsLine({ time: new Date(Date.now() - 3_600_000), domain: 'seen.example.' });
    const headers = { 'content-type': 'application/octet-stream' };
    const path = '/organizations/acme/imports?path=dnslogs/one.csv';
    expect(await (await native(second, path, { method: 'POST', headers, body: line })).json()).toMatchObject({
      stored: 1,
    });
    expect(await (await native(first, path, { method: 'POST', headers, body: line })).json()).toMatchObject({
      stored: 0,
      duplicate: 1,
    });
    await sleep(1_100);
    const token = await tokenOf(await createClient('reader'), second);
    const { data } = (await (await activity(first, token)).json()) as Body;
    expect(data.map((event: Body) => event.domain)).toEqual(['seen.example']);
  });

  test('leave reports to the one that has jobs to do, and serve its files', async () => {
    const { token } = await belfry.json('client', 'create', 'acme', '--name', 'reports', '--api', 'clumio');
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ type: 'audit', file_name: 'trail' });
    await fetch(`${second.address}/reports/downloads`, { method: 'POST', headers, body });
    let items: Body[] = [];
    while (items.length === 0) {
      await sleep(200);
      const answer = (await (await fetch(`${second.address}/reports/downloads`, { headers })).json()) as Body;
      items = answer._embedded.items;
    }
    const { pathname, search } = new URL(items[0].download_link);
    const file = await fetch(`${second.address}${pathname}${search}`);
    expect(await file.text()).toContain('organization');
  });
});

describe('roles', () => {
  test('say what a process answers', async () => {
    const jobs = await belfry.serve({ BELFRY_ROLES: 'jobs' });
    try {
      expect((await fetch(`${jobs.address}/reports/v2/activity/dns?from=-1days&to=now&limit=5`)).status).toBe(404);
      const refused = await native(jobs, '/organizations/acme/imports?path=a.csv', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: 'x',
      });
      expect(refused.status).toBe(503);
      expect(await refused.text()).toContain('takes no logs');
      expect((await fetch(`${jobs.address}/readyz`)).status).toBe(200);
    } finally {
      await jobs.stop();
    }
  });
});

describe('a process that was told to stop', () => {
  test('says so, answers for a while, and keeps no connection', async () => {
    const leaving = await belfry.serve();
    const token = await tokenOf(await createClient('last'), leaving);
    const stopped = leaving.stop();
    let ready = 200;
    while (ready === 200) ready = (await fetch(`${leaving.address}/readyz`)).status;
    expect(ready).toBe(503);
    const answer = await activity(leaving, token);
    expect([200, 429]).toContain(answer.status);
    expect(answer.headers.get('connection')).toBe('close');
    await stopped;
  });
});

describe('a process that does not fit the others', () => {
  const refused = async (env: Record<string, string>) => {
    const { code, stderr } = await belfryOn(join(folder, 'odd'), { ...stores.env, ...env }).run(['serve']);
    expect(code).toBe(1);
    for (const secret of [stores.env.BELFRY_TOKEN_KEY, new URL(stores.env.BELFRY_CONTROL_URL).password]) {
      expect(stderr).not.toContain(secret);
    }
    return stderr;
  };

  test('because it signs with another key', async () => {
    expect(await refused({ BELFRY_TOKEN_KEY: 'another key than the others have, as long' })).toContain(
      'set the same BELFRY_TOKEN_KEY for all processes',
    );
  });

  test('because it keeps events of its own', async () => {
    expect(await refused({ BELFRY_EVENTS_URL: '' })).toContain('share BELFRY_EVENTS_URL too');
  });

  test.each([
    ['ahead of', 600_000],
    ['behind', -600_000],
  ])('because its clock is ten minutes %s the database', async (direction, ms) => {
    const shifted = `const now = Date.now; Date = class extends Date { constructor(...a) { super(...(a.length ? a : [now() + ${ms}])); } static now() { return now() + ${ms}; } };`;
    const stderr = await refused({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shifted)}` });
    expect(stderr).toContain(`600 seconds ${direction} the database's`);
  });
});

describe('stores that do not answer', () => {
  test.each([
    ['BELFRY_CONTROL_URL', 'postgres://belfry:hidden@127.0.0.1:1/belfry'],
    ['BELFRY_EVENTS_URL', 'http://belfry:hidden@127.0.0.1:1/belfry'],
  ])('are waited for, and then %s is named without its password', async (variable, url) => {
    const env = { ...stores.env, [variable]: url, BELFRY_STORE_WAIT_SECONDS: '2' };
    const { code, stderr } = await belfryOn(join(folder, 'odd'), env).run(['serve']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: .*127\.0\.0\.1:1/);
    expect(stderr).not.toContain('hidden');
  });
});
