/**
 * How much the rollup saves: each question of one organization over 30 days, answered as reports answer it and by a plain
 * scan of events, in one run. `npx tsx bench/aggregates.ts --events 10000000`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Context } from '../src/core/context.ts';
import * as traffic from '../src/core/traffic/index.ts';
import { type EventStore, openEventStore } from '../src/events/client.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import { PERMISSIONS, type Scope } from '../src/model/scope.ts';
import { fillEvents } from './fill-events.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '7' } },
});

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 10, 1);
// Ragged at both ends, as `-30days` to `now` is.
const RANGE = { fromMs: START_MS + 1_234_567, toMs: START_MS + 30 * DAY_MS - 2_345_678 };
const ALL = { range: RANGE, filter: {} };
const PAGE = { ...ALL, limit: 100, offset: 0 };

const RAW = `org = 1 AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND kind IN ('dns', 'web', 'firewall', 'intrusion')`;
const COUNTS = "count() AS requests, countIf(verdict = 'allowed') AS allowed, countIf(verdict = 'blocked') AS blocked";
const BANDWIDTH = "sumIf(bytes_in + bytes_out, kind = 'web') AS bandwidth";

interface Case {
  readonly name: string;
  readonly ask: (context: Context, scope: Scope) => Promise<unknown>;
  /** The same asked of events, as somebody would who knows the columns. */
  readonly raw: string;
}

const CASES: readonly Case[] = [
  {
    name: 'requests by hour',
    ask: (context, scope) => traffic.requestBuckets(context, scope, { ...ALL, step: 'hour', timezone: 'UTC' }),
    raw: `SELECT toStartOfHour(time) AS start, ${COUNTS} FROM events WHERE ${RAW} GROUP BY start ORDER BY start`,
  },
  {
    name: 'summary',
    ask: (context, scope) => traffic.summarize(context, scope, ALL),
    raw: `SELECT ${COUNTS}, uniqExactIf(domain, domain != ''), uniqExactArray(identity_ids),
      uniqExactArray(identity_types), uniqExactArray(categories), uniqExactArray(policy_categories),
      uniqExactArray(application_ids), uniqExactArrayIf(application_ids, verdict = 'allowed'),
      uniqExactArrayIf(application_ids, verdict = 'blocked'), uniqExactIf(content_type, content_type != ''),
      uniqExactIf(if(sha256 = '', file_name, sha256), file_name != ''), countIf(notEmpty(policy_categories))
      FROM events WHERE ${RAW}`,
  },
  {
    name: 'top destinations',
    ask: (context, scope) => traffic.topDestinations(context, scope, PAGE),
    raw: `SELECT destination, ${COUNTS}, ${BANDWIDTH} FROM events WHERE ${RAW} AND destination != ''
      GROUP BY destination ORDER BY requests DESC, destination LIMIT 100`,
  },
  {
    name: 'top identities',
    ask: (context, scope) => traffic.topIdentities(context, scope, PAGE),
    raw: `SELECT id, ${COUNTS}, ${BANDWIDTH} FROM events ARRAY JOIN identity_ids AS id WHERE ${RAW}
      GROUP BY id ORDER BY requests DESC LIMIT 100`,
  },
  {
    name: 'top categories',
    ask: (context, scope) => traffic.topCategories(context, scope, PAGE),
    raw: `SELECT id, ${COUNTS}, ${BANDWIDTH} FROM events ARRAY JOIN categories AS id WHERE ${RAW}
      GROUP BY id ORDER BY requests DESC`,
  },
];

async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const at = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;

async function run(store: EventStore): Promise<void> {
  const context = { events: store, now: Date.now } as Context;
  const organization = { id: 1, uuid: '', slug: 'bench', name: 'Bench', parentId: null, createdAt: '' };
  const actor = { type: 'system', id: 'bench', label: 'bench', from: 'local', via: 'jobs' } as const;
  const scope: Scope = { organization, actor, permissions: new Set(PERMISSIONS) };
  console.log('question             answer p50  p95     raw p50   ratio   (milliseconds)');
  for (const { name, ask, raw } of CASES) {
    const answered: number[] = [];
    const scanned: number[] = [];
    // Taken in turns, so that whatever else the machine does disturbs both alike; the first turn warms up.
    for (let round = 0; round <= Number(values.rounds); round += 1) {
      answered[round] = await measure(() => ask(context, scope));
      scanned[round] = await measure(() => store.query(raw, { from: RANGE.fromMs, to: RANGE.toMs + 1 }));
    }
    const [warm, scan] = [answered.slice(1), scanned.slice(1)];
    const columns = [at(warm, 0.5), at(warm, 0.95), at(scan, 0.5)].map((ms) => ms.toFixed(1).padStart(9));
    console.log(`${name.padEnd(20)} ${columns.join(' ')} ${(at(warm, 0.5) / at(scan, 0.5)).toFixed(3).padStart(8)}`);
  }
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
  const store = await openEventStore({ path: join(folder, 'events'), queryTimeoutSeconds: 600 });
  try {
    await migrateEvents(store);
    await fillEvents(store, { organizationId: 1, events: Number(values.events), startMs: START_MS, days: 30 });
    await run(store);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
