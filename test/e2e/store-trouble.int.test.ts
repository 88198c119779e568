import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN_END } from '../../src/control/repos/alarm-versions.ts';
import { basicAuth } from '../basic-auth.ts';
import type { Belfry, BelfryServer } from '../belfry-process.ts';
import type { Body } from '../body.ts';
import { tokenFrom } from '../client-token.ts';
import { dnsLine } from '../dns-lines.ts';
import { useDomainRule } from '../domain-rule.ts';
import { fillDisk } from '../postgres-server/fill-disk.ts';
import { openServedBelfry, type ServedBelfry, type ServerStores } from '../server-stores.ts';

const LINES = 200;

let served: ServedBelfry;
let folder: string;
let stores: ServerStores;
let belfry: Belfry;
let server: BelfryServer;
let clients: Readonly<Record<'umbrella' | 'usm' | 'central' | 'clumio', Body>>;
let tokens: Readonly<Record<'umbrella' | 'usm' | 'central', string>>;
let acme: Body;

beforeAll(async () => {
  const settings = { BELFRY_LOG_LEVEL: 'warn', BELFRY_QUERY_TIMEOUT_SECONDS: '1', BELFRY_STORE_WAIT_SECONDS: '60' };
  served = await openServedBelfry(settings);
  ({ folder, stores, belfry } = served);
  server = await belfry.serve();
  acme = await belfry.json('org', 'create', 'acme', '--name', 'Acme');
  await useDomainRule(belfry, folder);
  const client = (...api: string[]) => belfry.json('client', 'create', 'acme', '--name', 'trouble', ...api);
  clients = {
    umbrella: await client(),
    usm: await client('--api', 'usm-anywhere'),
    central: await client('--api', 'usm-central'),
    clumio: await client('--api', 'clumio'),
  };
  tokens = {
    umbrella: await tokenFrom(server, '/auth/v2/token', clients.umbrella),
    usm: await tokenFrom(server, '/api/2.0/oauth/token', clients.usm),
    central: await tokenFrom(server, '/api/1.1/oauth/token', clients.central),
  };
}, 120_000);

afterAll(async () => {
  await server?.stop('SIGKILL');
  await served?.close();
}, 30_000);

interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly body: Body;
}

async function ask(path: string, token: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${server.address}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
  const retryAfter = Number(answer.headers.get('retry-after'));
  return { status: answer.status, retryAfter, body: await answer.json() };
}

/** DNS lines that no other name shares; every twentieth is about a domain that a rule knows. */
function linesOf(name: string): string {
  const start = Date.now() - 7_200_000;
  return Array.from({ length: LINES }, (_, row) => {
    const domain = row % 20 === 0 ? `${name}.bad.example.` : `${name}-${row}.example.`;
    return dnsLine({ time: new Date(start + row * 1000), domain, identity: name });
  }).join('');
}

/** Sends the same each time it is sent under one name. */
const sent = new Map<string, string>();

function send(name: string): Promise<Answer> {
  const body = sent.get(name) ?? linesOf(name);
  sent.set(name, body);
  const headers = { 'content-type': 'application/octet-stream' };
  const path = `/belfry/v1/organizations/acme/imports?path=dnslogs/${name}.csv&format=umbrella-csv/dnslogs`;
  return ask(path, server.token, { method: 'POST', headers, body });
}

function askReport(): Promise<Answer> {
  const body = JSON.stringify({ type: 'activity', file_name: 'trouble' });
  return ask('/reports/downloads', clients.clumio.token, { method: 'POST', body });
}

const readiness = () => ask('/readyz', '');

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(100);
}

const asked = (statement: string) => stores.postgres.query(statement, 'belfry');

/** As if a minute had passed in which nobody said that he still loads what he was loading. */
const endLeases = () => asked("update batches set lease_until = '2000-01-01T00:00:00.000Z' where state = 'open'");

/** Every line once, of everything that was sent; nothing set aside; every alarm once, with all of its events. */
async function expectAllOnce(): Promise<void> {
  const lines = sent.size * LINES;
  await until(async () => {
    const [events] = await asked(`select sum(events) as n from alarms where to_change = ${OPEN_END}`);
    return Number(events?.n) === lines / 20;
  });
  expect(await asked('select state, sum(stored)::int as stored from batches group by state')).toEqual([
    { state: 'committed', stored: lines },
  ]);
  const { body } = await ask('/belfry/v1/organizations/acme/health', server.token);
  expect(body.batches).toMatchObject({ open: 0, setAside: 0, stored: lines });
}

function expectNoSecrets(): void {
  for (const secret of [stores.env.BELFRY_EVENTS_URL, stores.env.BELFRY_CONTROL_URL]) {
    const { password } = new URL(secret);
    expect(server.log()).not.toContain(password);
    expect(server.log()).not.toContain(decodeURIComponent(password));
  }
  expect(server.log()).not.toContain(stores.env.BELFRY_TOKEN_KEY);
}

const UNAVAILABLE = {
  umbrella: { statusCode: 503, error: 'Service Unavailable' },
  umbrellaV1: { message: expect.stringMatching(/^the (event store|control database) /) },
  usm: { result: 'error', error: 'service_unavailable', status: 503 },
  clumio: { errors: [{ error_code: 1053 }] },
  native: { error: { code: 'unavailable' } },
};

function expectToldToWait({ status, retryAfter, body }: Answer, form: object): void {
  expect(status).toBe(503);
  expect(retryAfter).toBeGreaterThan(0);
  expect(body).toMatchObject(form);
}

const activity = () => ask('/reports/v2/activity/dns?from=-1days&to=now&limit=5', tokens.umbrella);

function securityActivity(): Promise<Answer> {
  const { clientId, clientSecret } = clients.umbrella;
  const headers = { authorization: basicAuth(clientId, clientSecret) };
  return ask(`/v1/organizations/${acme.id}/security-activity`, '', { headers });
}

describe('a ClickHouse server', { timeout: 60_000 }, () => {
  test('that is gone is told of by each API, and what was acknowledged meanwhile is done when it is back', async () => {
    expect((await send('before')).body).toMatchObject({ stored: LINES });
    await stores.clickhouse.stop('SIGKILL');
    expectToldToWait(await activity(), UNAVAILABLE.umbrella);
    expectToldToWait(await securityActivity(), UNAVAILABLE.umbrellaV1);
    expectToldToWait(await ask('/api/2.0/events', tokens.usm), UNAVAILABLE.usm);
    expectToldToWait(await ask('/belfry/v1/organizations/acme/health', server.token), UNAVAILABLE.native);
    expect((await readiness()).body.faults.events).toMatch(
      /^the ClickHouse server at 127\.0\.0\.1:\d+ cannot be reached/,
    );

    const refused = await send('while-gone');
    expectToldToWait(refused, UNAVAILABLE.native);
    expect(refused.body.error.message).toContain('what was received is kept and will be loaded');
    expect((await send('while-gone')).body).toMatchObject({ stored: 0, duplicate: LINES });
    expect((await askReport()).status).toBe(202);
    await until(
      async () => (await asked("select 1 from jobs where kind = 'write-report' and last_error is not null")).length > 0,
    );

    await stores.clickhouse.start();
    await expectAllOnce();
    await until(async () => (await asked("select 1 from tasks where status <> 'completed'")).length === 0);
    expect((await readiness()).status).toBe(200);
    expectNoSecrets();
  });

  test.each([
    ['no space', 243, 'NOT_ENOUGH_SPACE'],
    ['no leave to write', 164, 'READONLY'],
    ['none of our tables', 60, 'UNKNOWN_TABLE'],
    ['no column of ours', 16, 'NO_SUCH_COLUMN_IN_TABLE'],
  ])('that has %s keeps records waiting, and is still asked', async (_, code, name) => {
    await stores.clickhouse.plan(/^INSERT INTO landing/, { kind: 'refuse', code, name });
    expectToldToWait(await send(name), UNAVAILABLE.native);
    expect((await activity()).status).toBe(200);
    await stores.clickhouse.clear();
  });

  test('that broke off in mid-insert, did not tell the outcome, or had any of these troubles has each record once', async () => {
    await stores.clickhouse.plan(/^INSERT INTO landing/, { kind: 'break-request', bytes: 1000 }, 2);
    await send('broken');
    await stores.clickhouse.plan(/^INSERT INTO landing/, { kind: 'forget' }, 2);
    await send('forgotten');
    await expectAllOnce();
  });
});

describe('a PostgreSQL server', { timeout: 60_000 }, () => {
  test('that is gone is told of by each API in few lines of the log, and all goes on when it is back', async () => {
    const linesBefore = server.log().split('\n').length;
    await stores.postgres.crash();
    await sleep(5_000);
    const lines = server.log().split('\n').slice(linesBefore);
    expect(lines.length).toBeLessThan(20);
    expectToldToWait(await activity(), UNAVAILABLE.umbrella);
    expectToldToWait(await securityActivity(), UNAVAILABLE.umbrellaV1);
    expectToldToWait(await ask('/api/2.0/alarms', tokens.usm), UNAVAILABLE.usm);
    expectToldToWait(await ask('/api/1.1/alarms', tokens.central), UNAVAILABLE.usm);
    expectToldToWait(await ask('/reports/downloads', clients.clumio.token), UNAVAILABLE.clumio);
    expectToldToWait(await send('refused'), UNAVAILABLE.native);
    expect((await readiness()).body.faults.control).toContain('nothing accepts connections there');

    await stores.postgres.start();
    await until(async () => (await readiness()).status === 200);
    expect((await send('refused')).body).toMatchObject({ stored: LINES });
    expect((await askReport()).status).toBe(202);
    await expectAllOnce();
    await until(async () => (await asked("select 1 from tasks where status <> 'completed'")).length === 0);
    expectNoSecrets();
  });

  test('whose disk is full is told of, and all goes on when there is space', async () => {
    const freeDisk = await fillDisk(stores.postgres, 'belfry');
    const refused = await send('full');
    expectToldToWait(refused, UNAVAILABLE.native);
    expect(refused.body.error.message).toContain('its disk is full');
    expectToldToWait(await activity(), UNAVAILABLE.umbrella);
    await freeDisk();
    expect((await send('full')).body).toMatchObject({ stored: LINES });
    await expectAllOnce();
  });

  test('that is gone in mid-import loses and doubles nothing', async () => {
    // The records are loaded, and the ledger does not hear of it.
    await stores.clickhouse.plan(/FROM batch_counts/, { kind: 'late', ms: 2_000 }, 1);
    const answer = send('halfway');
    await until(async () => (await asked("select 1 from batches where state = 'open'")).length > 0);
    await stores.postgres.crash();
    expectToldToWait(await answer, UNAVAILABLE.native);
    await stores.postgres.start();
    expect((await send('halfway')).body).toMatchObject({ duplicate: LINES });
    await endLeases();
    await expectAllOnce();
  });
});

describe('a process', { timeout: 90_000 }, () => {
  test('ends when it is told to, whichever store is gone, and the next one waits for both', async () => {
    await stores.postgres.crash();
    await server.stop();
    await stores.clickhouse.stop('SIGKILL');
    const next = belfry.serve();
    await stores.postgres.start();
    await sleep(2_000);
    await stores.clickhouse.start();
    server = await next;

    await stores.clickhouse.stop('SIGKILL');
    expectToldToWait(await send('last'), UNAVAILABLE.native);
    await server.stop();
    await stores.clickhouse.start();
    server = await belfry.serve();
    await expectAllOnce();
  });

  test('ends when it is told to while a store hangs, and the next one loads what it had acknowledged', async () => {
    await stores.clickhouse.plan(/./, { kind: 'hang' });
    const cut = send('hanging').catch(() => undefined);
    await until(async () => (await asked("select 1 from batches where state = 'open'")).length > 0);
    await server.stop();
    await cut;
    await stores.clickhouse.clear();
    await endLeases();
    server = await belfry.serve();
    await expectAllOnce();
  });

  test.each([['older', '24.8.1.1', 'is version 24.8, and Belfry needs 25.3 or newer']])(
    'does not start over a server that is %s',
    async (_, version, sentence) => {
      await stores.clickhouse.stop();
      await stores.clickhouse.start({ version });
      const { code, stderr } = await belfry.run(['serve']);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    },
  );
});
