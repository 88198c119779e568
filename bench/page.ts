/**
 * What the HTTP layer adds to a page: the 100 newest of millions of events, whole request against the engine's own query, p50
 * and p99 with 1 and 16 clients, in one run. `UV_THREADPOOL_SIZE=16 npx tsx bench/page.ts [events] [requests]`
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Belfry, startBelfry } from '../src/cli/start-belfry.ts';
import type { ClientWithSecret, Organization } from '../src/cli/wire.ts';
import { loadConfig } from '../src/config/index.ts';
import { activityColumns } from '../src/events/queries/activity.ts';
import { TRAFFIC_KINDS } from '../src/model/event.ts';
import { tokenFrom } from '../test/client-token.ts';
import { fillEvents } from './fill-events.ts';
import type { Load } from './http-client.ts';

const DAYS = 30;
const events = Number(process.argv[2] ?? 10_000_000);
const requests = Number(process.argv[3] ?? 400);
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const config = loadConfig({ BELFRY_DATA: folder, BELFRY_PORT: '0', BELFRY_UMBRELLA_RATE_PER_SECOND: '0' });
const belfry = await startBelfry(config);
const client = fork(new URL('./http-client.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });

try {
  const { id: organizationId } = await belfry
    .connect()
    .post<Organization>('/organizations', { slug: 'bench', name: 'Bench' });
  const end = Date.now();
  const startMs = end - DAYS * 86_400_000;
  await fillEvents(belfry.context.events, { organizationId, events, startMs, days: DAYS });
  const load = {
    urls: [`${belfry.address}/reports/v2/activity?from=${startMs}&to=${end}&limit=100`],
    method: 'GET' as const,
    headers: { authorization: `Bearer ${await token(belfry)}` },
  };
  const http = (count: number, clients: number) => overHttp(client, { ...load, requests: count, clients });
  const engine = (count: number, clients: number) =>
    times(count, clients, () => page(belfry, organizationId, startMs, end));
  await http(40, 2);
  await engine(40, 2);
  for (const clients of [1, 16]) {
    const own = await engine(requests, clients);
    const whole = await http(requests, clients);
    for (const quantile of [0.5, 0.99]) report(clients, quantile, at(own, quantile), at(whole, quantile));
  }
} finally {
  client.kill();
  await belfry.close();
  await rm(folder, { recursive: true, force: true });
}

function report(clients: number, quantile: number, own: number, whole: number): void {
  const ratio = (whole / own).toFixed(2);
  console.log(
    `${clients} clients, p${quantile * 100}: engine ${own.toFixed(1)} ms, request ${whole.toFixed(1)} ms, ratio ${ratio}`,
  );
}

async function token({ address, connect }: Belfry): Promise<string> {
  const client = await connect().post<ClientWithSecret>('/clients', { organization: 'bench', name: 'bench' });
  return tokenFrom({ address }, '/auth/v2/token', client);
}

/** The same columns of the same page, straight from the store. */
async function page({ context }: Belfry, org: number, from: number, to: number): Promise<void> {
  await context.events.query(
    `SELECT toUnixTimestamp64Micro(time) AS time_us, ${activityColumns(TRAFFIC_KINDS).join(', ')} FROM events
    WHERE org = {org:UInt32} AND kind IN {kinds:Array(String)} AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND time < fromUnixTimestamp64Milli({to:Int64} + 1, 'UTC')
    ORDER BY org DESC, time DESC, seq DESC, row DESC LIMIT 100`,
    { org, from, to, kinds: TRAFFIC_KINDS },
  );
}

async function times(count: number, clients: number, once: () => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) {
        const started = performance.now();
        await once();
        taken.push(performance.now() - started);
      }
    }),
  );
  return taken;
}

async function overHttp(child: ChildProcess, load: Load): Promise<number[]> {
  child.send(load);
  const [taken] = await once(child, 'message');
  return taken;
}

function at(taken: readonly number[], quantile: number): number {
  const sorted = [...taken].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
}
