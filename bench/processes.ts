/**
 * Pages and token issues of one and of two API processes over one pair of servers (PostgreSQL, and the tests' stand-in for
 * ClickHouse), and of one with both stores in itself: a second, p99, and ratios to the last, in one run.
 * `npx tsx bench/processes.ts [events] [requests]`
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStore } from '../src/events/client.ts';
import { basicAuth } from '../test/basic-auth.ts';
import { type Belfry, type BelfryServer, belfryOn } from '../test/belfry-process.ts';
import { tokenFrom } from '../test/client-token.ts';
import { startServerStores } from '../test/server-stores.ts';
import { fillEvents } from './fill-events.ts';
import type { Load } from './http-client.ts';

const DAYS = 30;
const CLIENTS = 16;
const events = Number(process.argv[2] ?? 1_000_000);
const requests = Number(process.argv[3] ?? 2_000);
const end = Date.now();
const startMs = end - DAYS * 86_400_000;
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const client = fork(new URL('./http-client.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
const LIMITS = { BELFRY_UMBRELLA_RATE_PER_SECOND: '0', BELFRY_LOG_LEVEL: 'error' };

interface Measured {
  readonly pages: Figures;
  readonly tokens: Figures;
}

interface Figures {
  readonly aSecond: number;
  readonly p99Ms: number;
}

try {
  const embedded = await measureEmbedded();
  print('embedded, one process', embedded, embedded);
  const stores = await startServerStores(folder, { fsync: 'on', full_page_writes: 'on' });
  try {
    const belfry = belfryOn(join(folder, 'served'), { ...stores.env, ...LIMITS });
    const first = await belfry.serve();
    const organization = await makeOrganization(belfry);
    const store = await openEventStore({ url: stores.env.BELFRY_EVENTS_URL, queryTimeoutSeconds: 600 });
    await fillEvents(store, { organizationId: organization, events, startMs, days: DAYS });
    await store.close();
    print('servers, one process', await measure(belfry, [first]), embedded);
    const second = await belfry.serve({ BELFRY_ROLES: 'api' });
    print('servers, two processes', await measure(belfry, [first, second]), embedded);
    await Promise.all([first.stop(), second.stop()]);
  } finally {
    await stores.stop();
  }
} finally {
  client.kill();
  await rm(folder, { recursive: true, force: true });
}

async function measureEmbedded(): Promise<Measured> {
  const data = join(folder, 'embedded');
  const belfry = belfryOn(data, LIMITS);
  const organization = await makeOrganization(belfry);
  const store = await openEventStore({ path: join(data, 'events'), queryTimeoutSeconds: 600 });
  await fillEvents(store, { organizationId: organization, events, startMs, days: DAYS });
  await store.close();
  const server = await belfry.serve();
  try {
    return await measure(belfry, [server]);
  } finally {
    await server.stop();
  }
}

async function makeOrganization(belfry: Belfry): Promise<number> {
  const { id } = await belfry.json('org', 'create', 'bench', '--name', 'Bench');
  return id;
}

async function measure(belfry: Belfry, servers: readonly BelfryServer[]): Promise<Measured> {
  const client = await belfry.json('client', 'create', 'bench', '--name', 'bench');
  const token = await tokenFrom(servers[0] as BelfryServer, '/auth/v2/token', client);
  const basic = { authorization: basicAuth(client.clientId, client.clientSecret) };
  const tokenUrls = servers.map(({ address }) => `${address}/auth/v2/token`);
  const path = `/reports/v2/activity?from=${startMs}&to=${end}&limit=100`;
  const pages = {
    urls: servers.map(({ address }) => `${address}${path}`),
    method: 'GET' as const,
    headers: { authorization: `Bearer ${token}` },
  };
  const tokens = { urls: tokenUrls, method: 'POST' as const, headers: basic };
  for (const warm of [pages, tokens]) await run({ ...warm, requests: 100, clients: CLIENTS });
  return {
    pages: await run({ ...pages, requests, clients: CLIENTS }),
    tokens: await run({ ...tokens, requests, clients: CLIENTS }),
  };
}

async function run(load: Load): Promise<Figures> {
  const began = performance.now();
  client.send(load);
  const [taken] = (await once(client, 'message')) as [number[]];
  const seconds = (performance.now() - began) / 1000;
  const sorted = taken.sort((a, b) => a - b);
  return { aSecond: taken.length / seconds, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
}

function print(name: string, measured: Measured, base: Measured): void {
  for (const what of ['pages', 'tokens'] as const) {
    const { aSecond, p99Ms } = measured[what];
    const ratio = (aSecond / base[what].aSecond).toFixed(2);
    console.log(`${name}: ${aSecond.toFixed(0)} ${what}/s (ratio ${ratio}), p99 ${p99Ms.toFixed(0)} ms`);
  }
}
