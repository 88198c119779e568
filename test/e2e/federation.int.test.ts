import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openControl } from '../../src/control/database.ts';
import { recordMatches } from '../../src/control/repos/alarm-matches.ts';
import { beginAlarmChange } from '../../src/control/repos/alarm-versions.ts';
import { inTransaction } from '../../src/control/transaction.ts';
import { testMatch } from '../alarms.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import type { Body } from '../body.ts';
import { type ClientAndSecret, tokenFrom } from '../client-token.ts';

const ALARMS = 1500;
const SETTINGS = {
  BELFRY_PEER_INTERVAL_SECONDS: '1',
  // Slow enough to be killed in the middle of it.
  BELFRY_PEER_REQUESTS_PER_SECOND: '5',
};

/** A Belfry to be killed and started again on the same data and the same port. */
interface Site {
  readonly belfry: Belfry;
  server: BelfryServer;
}

let root: string;
const sites: Site[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'belfry-federation-'));
});

afterAll(async () => {
  await Promise.all(sites.map(({ server }) => server.stop('SIGKILL')));
  await rm(root, { recursive: true, force: true });
});

async function open(name: string): Promise<Site> {
  const belfry = belfryOn(join(root, name), SETTINGS);
  const site = { belfry, server: await belfry.serve() };
  sites.push(site);
  return site;
}

async function startAgain(site: Site): Promise<void> {
  site.server = await site.belfry.serve({ BELFRY_PORT: new URL(site.server.address).port });
}

interface Question {
  readonly method?: string;
  readonly authorization: string;
  readonly host?: string;
  readonly body?: object;
}

function ask(site: Site, path: string, { method = 'GET', authorization, host, body }: Question): Promise<Body> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, ...(host && { host }), ...(body && { 'content-type': 'application/json' }) };
    const question = request(site.server.address + path, { method, headers }, async (response) => {
      try {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        const text = Buffer.concat(parts).toString();
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      } catch (error) {
        reject(error);
      }
    });
    question.on('error', reject);
    question.end(body && JSON.stringify(body));
  });
}

const operate = (site: Site, method: string, path: string, body?: object): Promise<Body> =>
  ask(site, `/belfry/v1${path}`, { method, authorization: `Bearer ${site.server.token}`, ...(body && { body }) });

/** Alarms as detection raises them; the server is stopped meanwhile. */
async function raise(site: Site, organization: { id: number; uuid: string }): Promise<void> {
  const control = await openControl({ path: join(site.belfry.data, 'control.db') });
  const nowMs = Date.now();
  const matches = Array.from({ length: ALARMS }, (_, index) =>
    testMatch(organization, {
      groupKey: `10.0.${index % 256}.${Math.floor(index / 256)}`,
      windowStartMs: nowMs - (ALARMS - index) * 1000,
      batchSeq: 1,
      positions: [],
    }),
  );
  await inTransaction(control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    await recordMatches(trx, matches, { change, nowMs, suppressedBy: () => false });
  });
  await control.close();
}

async function tokenFor(site: Site, version: string, client: ClientAndSecret): Promise<string> {
  return `Bearer ${await tokenFrom(site.server, `/api/${version}/oauth/token`, client)}`;
}

/** Every alarm that Central lists, by its links. */
async function centralAlarms(site: Site, authorization: string): Promise<Body[]> {
  const items: Body[] = [];
  let path: string | undefined = '/api/1.1/alarms?size=500&sort=timestamp_occured,asc';
  while (path !== undefined) {
    const page: Body = await ask(site, path, { authorization });
    items.push(...page._embedded.alarms);
    const next: string | undefined = page._links.next?.href;
    path = next && new URL(next).pathname + new URL(next).search;
  }
  return items;
}

async function until<Value>(
  what: string,
  look: () => Promise<Value>,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const giveUpAt = Date.now() + 120_000;
  for (;;) {
    const value = await look();
    if (isRight(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`${what} did not come to be: ${JSON.stringify(value).slice(0, 500)}`);
    await sleep(100);
  }
}

test('Central reads a deployment on another server through kills of both: each alarm once, and its status follows', {
  timeout: 600_000,
}, async () => {
  const branch = await open('branch');
  const acme = await operate(branch, 'POST', '/organizations', { slug: 'acme', name: 'Acme' });
  const theirs = await operate(branch, 'POST', '/clients', {
    organization: 'acme',
    name: 'Central1',
    api: 'usm-anywhere',
  });
  await branch.server.stop();
  await raise(branch, acme);
  await startAgain(branch);

  const central = await open('central');
  await operate(central, 'POST', '/organizations', { slug: 'provider', name: 'Provider' });
  const ours = await operate(central, 'POST', '/clients', {
    organization: 'provider',
    name: 'Soar',
    api: 'usm-central',
  });
  const { clientId, clientSecret } = theirs;
  const address = { url: branch.server.address, clientId, clientSecret };
  const wrong = { organization: 'acme', parent: 'provider', ...address, clientSecret: 'wrong' };
  await expect(operate(central, 'POST', '/peers', wrong)).rejects.toThrow(/refuses the client id and secret/);
  await operate(central, 'POST', '/peers', { organization: 'acme', parent: 'provider', name: 'Acme Ltd', ...address });

  const progress = async () => {
    const page = await ask(central, '/api/1.1/alarms?size=1', { authorization: await tokenFor(central, '1.1', ours) });
    return page.page.totalElements as number;
  };
  // The reader is killed in the middle, then the one that is read from.
  await until('some alarms', progress, (total) => total > 0);
  await central.server.stop('SIGKILL');
  await startAgain(central);
  const before = await progress();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(ALARMS);
  await until('more alarms', progress, (total) => total > before);
  await branch.server.stop('SIGKILL');
  const failing = async () => (await operate(central, 'GET', '/peers')).data[0];
  expect(await until('a failure', failing, ({ failures }) => failures > 0)).toMatchObject({
    lastError: expect.stringContaining('the request failed'),
  });
  await startAgain(branch);
  await until('all alarms', progress, (total) => total >= ALARMS);

  const authorization = await tokenFor(central, '1.1', ours);
  const documents = await centralAlarms(central, authorization);
  expect(documents).toHaveLength(ALARMS);
  expect(new Set(documents.map(({ id }) => id)).size).toBe(ALARMS);
  const [deployment] = await ask(central, '/api/1.1/deployments', { authorization });
  expect(deployment).toMatchObject({ displayName: 'Acme Ltd', connectionStatus: 'connected', authorized: true });
  expect(deployment.fqdn).toBe(new URL(branch.server.address).host);
  expect(new Set(documents.map(({ tenantId }) => tenantId))).toEqual(new Set([deployment.id]));

  const { id } = documents.at(-1);
  await operate(branch, 'PATCH', `/organizations/acme/alarms/${id}`, { status: 'closed' });
  const status = async () => (await ask(central, `/api/1.1/alarms/${id}`, { authorization })).alarm.status;
  await until('the status', status, (value) => value === 'closed');
  expect(await progress()).toBe(ALARMS);

  await branch.server.stop();
  const state = async () => (await ask(central, '/api/1.1/deployments', { authorization }))[0].connectionStatus;
  await until('the end of the connection', state, (value) => value === 'disconnected');
});
