/**
 * What the HTTP layer adds to a page: 100 newest events of millions, whole request against the engine's own query, p50 and p99
 * with 1 and 16 clients, in one run. `npx tsx bench/page.ts [events] [requests]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Belfry, startBelfry } from '../src/cli/start-belfry.ts';
import { loadConfig } from '../src/config/index.ts';
import { createApiClient } from '../src/control/repos/api-clients.ts';
import { createOrganization } from '../src/control/repos/organizations.ts';
import { activityColumns } from '../src/events/queries/activity.ts';
import { TEST_ACTOR } from '../test/ingest-harness.ts';
import { fillWithDns } from './fill.ts';

const events = Number(process.argv[2] ?? 10_000_000);
const requests = Number(process.argv[3] ?? 400);
const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const config = loadConfig({ BELFRY_DATA: folder, BELFRY_PORT: '0', BELFRY_UMBRELLA_RATE_PER_SECOND: '0' });
const belfry = await startBelfry(config);

try {
  const { db } = belfry.context.control;
  const organization = await createOrganization(db, { slug: 'bench', name: 'Bench', actor: TEST_ACTOR });
  const end = Date.now();
  await fillWithDns(belfry.context.events, {
    organizationId: organization.id,
    events,
    days: 30,
    domains: 300_000,
    endMs: end,
  });
  const range = { from: end - 30 * 86_400_000, to: end };
  const headers = { authorization: `Bearer ${await token(belfry, organization.id)}` };
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const path = `/reports/v2/activity/dns?from=${range.from}&to=${range.to}&limit=100`;
  const http = () => get(new URL(belfry.address + path), headers, agent);
  const engine = () => engineQuery(belfry, organization.id, range);
  await run(20, 1, http);
  await run(20, 1, engine);
  for (const clients of [1, 16]) {
    const [own, whole] = [await run(requests, clients, engine), await run(requests, clients, http)];
    for (const quantile of [0.5, 0.99]) {
      const [a, b] = [at(own, quantile), at(whole, quantile)];
      console.log(
        `${clients} clients, p${quantile * 100}: engine ${a.toFixed(1)} ms, request ${b.toFixed(1)} ms, ratio ${(b / a).toFixed(2)}`,
      );
    }
  }
  agent.destroy();
} finally {
  await belfry.close();
  await rm(folder, { recursive: true, force: true });
}

async function token({ address, context }: Belfry, organizationId: number): Promise<string> {
  const { client, secret } = await createApiClient(context.control.db, {
    name: 'bench',
    organizationId,
    actor: TEST_ACTOR,
  });
  const basic = Buffer.from(`${client.id}:${secret}`).toString('base64');
  const answer = await fetch(`${address}/auth/v2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** The same columns of the same page, straight from the store. */
async function engineQuery({ context }: Belfry, org: number, range: { from: number; to: number }): Promise<void> {
  await context.events.query(
    `SELECT toUnixTimestamp64Micro(time) AS time_us, ${activityColumns(['dns']).join(', ')} FROM events
    WHERE org = {org:UInt32} AND kind = 'dns' AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND time < fromUnixTimestamp64Milli({to:Int64} + 1, 'UTC')
    ORDER BY org DESC, time DESC, seq DESC, row DESC LIMIT 100`,
    { org, ...range },
  );
}

async function run(count: number, clients: number, once: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) {
        const started = performance.now();
        await once();
        times.push(performance.now() - started);
      }
    }),
  );
  return times.sort((a, b) => a - b);
}

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
}

function get(url: URL, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers, agent }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    request.on('error', reject);
    request.end();
  });
}
