/**
 * Time from commit to alarm: a stream of pushes, each with one event that a rule of its own kind is about among ordinary ones,
 * over loopback to a server with all rules that come with Belfry. `npx tsx bench/detect-latency.ts [pushes] [events] [apart ms]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBelfry } from '../src/cli/start-belfry.ts';
import type { Organization } from '../src/cli/wire.ts';
import { loadConfig } from '../src/config/index.ts';
import { detectionLag } from '../src/core/detection/index.ts';

const pushes = Number(process.argv[2] ?? 300);
const events = Number(process.argv[3] ?? 200);
const apartMs = Number(process.argv[4] ?? 100);

const RULE = `title: Lookup of a host to be found
id: 00000000-0000-4000-8000-000000000001
logsource: {category: dns}
detection: {selection: {query|endswith: .find-me.example}, condition: selection}
belfry: {group_by: [query]}`;

const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
const belfry = await startBelfry(loadConfig({ BELFRY_DATA: folder }), { host: '127.0.0.1', port: 0 });
const api = belfry.connect();
const { db } = belfry.context.control;

try {
  const { id } = await api.post<Organization>('/organizations', { slug: 'bench', name: 'Bench' });
  await api.put('/rules/packs/bench?enable=true', { files: [{ name: 'rule.yml', text: RULE }] });
  await push(-1);
  await settle();
  const running: Promise<unknown>[] = [];
  for (let n = 0; n < pushes; n += 1) {
    running.push(push(n));
    await sleep(apartMs);
  }
  await Promise.all(running);
  await settle();
  const latencies = await latenciesOf(id);
  const at = (quantile: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * quantile))];
  console.log(
    `${latencies.length} alarms of ${pushes} pushes, ${events} events each, ${apartMs} ms apart: ` +
      `commit to alarm p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${latencies.at(-1)} ms`,
  );
} finally {
  await belfry.close();
  await rm(folder, { recursive: true, force: true });
}

function push(n: number): Promise<unknown> {
  const seconds = Date.now() / 1000;
  const lines = Array.from({ length: events }, (_, row) =>
    JSON.stringify({
      ts: seconds + row / 1000,
      uid: `C${n}.${row}`,
      'id.orig_h': `10.0.${row % 8}.${row % 250}`,
      'id.orig_p': 50_000 + (row % 10_000),
      'id.resp_h': '10.0.0.1',
      'id.resp_p': 53,
      proto: 'udp',
      query: row === 0 && n >= 0 ? `p${n}.find-me.example` : `host${row}.ordinary.example`,
      qtype_name: 'A',
      rcode: 0,
    }),
  );
  const path = '/organizations/bench/imports';
  return api.upload(path, { path: `dns.${n}.log`, format: 'zeek' }, Readable.from([`${lines.join('\n')}\n`]));
}

async function settle(): Promise<void> {
  while ((await detectionLag(belfry.context)).batches > 0) await sleep(50);
}

/** Milliseconds from the commit of the batch with an alarm's event to the alarm, shortest first. */
async function latenciesOf(organizationId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('alarms')
    .innerJoin('alarmMatches', 'alarmMatches.alarmId', 'alarms.id')
    .innerJoin('batches', 'batches.seq', 'alarmMatches.batchSeq')
    .select(['alarms.receivedMs', 'batches.committedAt'])
    .where('alarms.organizationId', '=', organizationId)
    .where('alarms.ruleId', '=', '00000000-0000-4000-8000-000000000001')
    .execute();
  return rows.map(({ receivedMs, committedAt }) => receivedMs - Date.parse(committedAt ?? '')).sort((a, b) => a - b);
}
