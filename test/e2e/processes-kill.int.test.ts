import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '../../src/control/audit.ts';
import { openControl } from '../../src/control/database.ts';
import { horizon } from '../../src/control/ledger.ts';
import { OPEN_END } from '../../src/control/repos/alarm-versions.ts';
import { watermarkOf } from '../../src/control/repos/detection-state.ts';
import type { Db } from '../../src/control/transaction.ts';
import { DETECTION } from '../../src/core/detection/detect.ts';
import { openEventStore } from '../../src/events/client.ts';
import { seededRandom } from '../../src/kit/random.ts';
import type { Belfry, BelfryServer } from '../belfry-process.ts';
import { dnsLine } from '../dns-lines.ts';
import { useDomainRule } from '../domain-rule.ts';
import { openServedBelfry, type ServedBelfry, type ServerStores } from '../server-stores.ts';

/** `SECONDS=600 npm test -- test/e2e/processes-kill` is the long form. */
const SECONDS = Number(process.env.SECONDS ?? 20);
const LINES_AT_ONCE = 500;
/** One line in so many is about a domain that a rule knows. */
const MATCH_EVERY = 50;

const random = seededRandom('processes');
let served: ServedBelfry;
let folder: string;
let stores: ServerStores;
let belfry: Belfry;
const servers: BelfryServer[] = [];

beforeAll(async () => {
  served = await openServedBelfry({ BELFRY_LOG_LEVEL: 'fatal' });
  ({ folder, stores, belfry } = served);
  servers.push(await belfry.serve(), await belfry.serve());
  await belfry.json('org', 'create', 'acme', '--name', 'Acme');
  await useDomainRule(belfry, folder);
}, 180_000);

afterAll(async () => {
  for (const server of servers) await server.stop();
  await served?.close();
});

/** DNS lines that no other number shares. */
function linesOf(number: number): string {
  const start = Date.now() - 86_400_000;
  return Array.from({ length: LINES_AT_ONCE }, (_, row) => {
    const domain = row % MATCH_EVERY === 0 ? `x${number}.bad.example.` : `host${number}-${row}.example.`;
    return dnsLine({ time: new Date(start + row * 1000), domain, client: `10.0.0.${row % 5}` });
  }).join('');
}

async function call(path: string, init: RequestInit): Promise<Response> {
  const { address, token } = random.pick(servers);
  return fetch(`${address}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
}

/** As a sender does who wants a receipt: again, to whichever process answers, until every line is accounted for. */
async function send(number: number): Promise<void> {
  const path = `/belfry/v1/organizations/acme/imports?path=dnslogs/${number}.csv&format=umbrella-csv/dnslogs`;
  const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: linesOf(number) };
  for (;;) {
    try {
      const answer = await call(path, init);
      const receipt = (await answer.json()) as Record<string, number>;
      if (answer.ok && (receipt.stored ?? 0) + (receipt.duplicate ?? 0) === LINES_AT_ONCE) return;
    } catch {
      // The process went away.
    }
    await sleep(200);
  }
}

let clumioToken = '';

/** Answers that were accepted; a process that goes away before it has answered accepted nothing that we know of. */
async function askReport(): Promise<string | undefined> {
  try {
    const { address } = random.pick(servers);
    const answer = await fetch(`${address}/reports/downloads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clumioToken}` },
      body: JSON.stringify({ type: random.pick(['activity', 'audit', 'consumption']), file_name: 'killed' }),
    });
    return answer.ok ? ((await answer.json()) as { task_id: string }).task_id : undefined;
  } catch {
    return undefined;
  }
}

test(`two processes, one of them killed every few seconds for ${SECONDS} seconds: nothing is lost, nothing done twice`, {
  timeout: 240_000 + SECONDS * 3_000,
}, async () => {
  const client = await belfry.json('client', 'create', 'acme', '--name', 'reports', '--api', 'clumio');
  clumioToken = client.token;
  const endAt = Date.now() + SECONDS * 1000;
  let sent = 0;
  const accepted: string[] = [];
  const sending = async () => {
    while (Date.now() < endAt) {
      sent += 1;
      await send(sent);
    }
  };
  const reporting = async () => {
    while (Date.now() < endAt) {
      const id = await askReport();
      if (id !== undefined) accepted.push(id);
      await sleep(random.between(200, 2_000));
    }
  };
  const killing = async () => {
    while (Date.now() < endAt) {
      await sleep(random.between(1_000, 6_000));
      const victim = random.between(0, 1);
      await servers[victim]?.stop('SIGKILL');
      servers[victim] = await belfry.serve();
    }
  };
  await Promise.all([sending(), sending(), reporting(), killing()]);
  await expectAllDone(sent, accepted);
});

/** What a killed process held is taken over once it was not seen for half a minute. */
async function untilQuiet(db: Db): Promise<void> {
  for (;;) {
    const batches = await db.selectFrom('batches').select('seq').where('state', '=', 'open').execute();
    const reports = await db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', 'write-report')
      .where('state', 'in', ['queued', 'running'])
      .execute();
    const isBehind = (await watermarkOf(db, DETECTION)) < (await horizon(db));
    if (batches.length === 0 && reports.length === 0 && !isBehind) return;
    await sleep(500);
  }
}

async function expectAllDone(sent: number, accepted: readonly string[]): Promise<void> {
  const control = await openControl({ url: stores.env.BELFRY_CONTROL_URL });
  const events = await openEventStore({ url: stores.env.BELFRY_EVENTS_URL });
  try {
    const { db } = control;
    await untilQuiet(db);
    expect(await db.selectFrom('batches').select('seq').where('state', '=', 'set_aside').execute()).toEqual([]);

    const lines = sent * LINES_AT_ONCE;
    const [stored] = await events.query('SELECT count() AS lines, uniqExact(raw) AS different FROM events');
    expect(stored).toEqual({ lines, different: lines });
    const [rolled] = await events.query('SELECT sum(requests) AS requests FROM facets_hourly WHERE facet = 1');
    expect(rolled).toEqual({ requests: lines });

    const alarms = await db.selectFrom('alarms').select(['id', 'events']).where('toChange', '=', OPEN_END).execute();
    expect(alarms.reduce((sum, alarm) => sum + alarm.events, 0)).toBe(lines / MATCH_EVERY);
    expect(new Set(alarms.map(({ id }) => id)).size).toBe(alarms.length);

    const tasks = await db.selectFrom('tasks').select(['id', 'status']).execute();
    const ended = new Map(tasks.map(({ id, status }) => [String(id), status]));
    for (const id of accepted) expect(['completed', 'failed']).toContain(ended.get(id));
    expect((await verifyAudit(db)).fault).toBeUndefined();
  } finally {
    await events.close();
    await control.close();
  }
}
