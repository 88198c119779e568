import { setTimeout as sleep } from 'node:timers/promises';
import type { BelfryServer } from '../test/belfry-process.ts';
import type { Body } from '../test/body.ts';
import { tokenFrom } from '../test/client-token.ts';
import { dnsLine } from '../test/dns-lines.ts';
import { nativeCall } from './native-call.ts';

export const MEASURES = ['import', 'page', 'alarm', 'report'] as const;

/** Milliseconds. What does not come at all counts as `GIVEN_UP_MS`. */
export type Timings = Readonly<Record<(typeof MEASURES)[number], number>>;

/** An organization that does nothing wrong. */
export interface Neighbour {
  measure(): Promise<Timings>;
}

const GIVEN_UP_MS = 60_000;
const ROWS = 20_000;
const PAGES = 10;
const SLUG = 'neighbour';

const RULE = `title: Domain of the neighbour
id: 6c1f7c35-5f5e-4f0a-9d59-3b2f0f2f7a12
status: test
logsource: {category: dns}
detection: {selection: {query|endswith: '.found.example'}, condition: selection}
level: high
belfry: {group_by: [query]}
`;

export async function openNeighbour(server: BelfryServer, name: string): Promise<Neighbour> {
  const call = nativeCall(server);
  await call('POST', '/organizations', { slug: SLUG, name: SLUG });
  await call('POST', '/organizations', { slug: 'sender', name: 'sender' });
  await call('PUT', '/rules/packs/neighbour?enable=true', { files: [{ name: 'rule.yml', text: RULE }] });
  const key = await call('POST', '/clients', { organization: SLUG, name: 'umbrella' });
  const clumio = await call('POST', '/clients', { organization: SLUG, name: 'clumio', api: 'clumio' });
  const umbrella = await tokenFrom(server, '/auth/v2/token', key);
  let round = 0;
  return {
    async measure() {
      round += 1;
      const tag = `${name}${round}`;
      return {
        import: await timed(() => load(call, tag)),
        page: (await timed(() => readPages(server, umbrella))) / PAGES,
        alarm: await timed(() => awaitAlarm(call, tag)),
        report: await timed(() => fetchReport(server, clumio.token ?? clumio.clientSecret, tag)),
      };
    },
  };
}

const patience = () => AbortSignal.timeout(GIVEN_UP_MS);

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  try {
    await work();
  } catch (error) {
    console.error(`gave up: ${error instanceof Error ? error.message : String(error)}`);
    return GIVEN_UP_MS;
  }
  return performance.now() - started;
}

type Call = ReturnType<typeof nativeCall>;

async function load(call: Call, tag: string): Promise<void> {
  const start = Date.now() - ROWS;
  const lines = Array.from({ length: ROWS }, (_, row) =>
    dnsLine({ time: new Date(start + row), domain: `host${row % 500}.${tag}.example.` }),
  );
  const { stored } = await call('POST', importPath(`${tag}.csv`), lines.join(''));
  if (stored !== ROWS) throw new Error(`stored ${stored} of ${ROWS}`);
}

const importPath = (file: string) => `/organizations/${SLUG}/imports?path=dnslogs/${file}&format=umbrella-csv`;

async function readPages(server: BelfryServer, token: string): Promise<void> {
  for (let page = 0; page < PAGES; page += 1) {
    // Another question each time, so that none is answered from memory.
    const url = `${server.address}/reports/v2/activity/dns?from=-1days&to=now&limit=100&offset=${page * 37}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: patience() });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`page: ${answer.status}`);
  }
}

async function awaitAlarm(call: Call, tag: string): Promise<void> {
  const domain = `${tag}.found.example`;
  const until = Date.now() + GIVEN_UP_MS;
  await call('POST', importPath(`alarm-${tag}.csv`), dnsLine({ time: new Date(), domain: `${domain}.` }));
  for (;;) {
    if (Date.now() > until) throw new Error(`no alarm about ${domain}`);
    const { data } = await call('GET', `/organizations/${SLUG}/alarms?limit=100`);
    if (data.some((alarm: { groupKey: string }) => alarm.groupKey === domain)) return;
    await sleep(50);
  }
}

async function fetchReport(server: BelfryServer, token: string, tag: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `${server.address}/reports/downloads`;
  const asked = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ type: 'activity', file_name: tag }),
  });
  const text = await asked.text();
  if (asked.status !== 202) throw new Error(`report: ${asked.status} ${text}`);
  const task = JSON.parse(text).task_id;
  const until = Date.now() + GIVEN_UP_MS;
  for (;;) {
    if (Date.now() > until) throw new Error(`no report ${tag}`);
    const list: Body = await (await fetch(`${url}?limit=10000`, { headers, signal: patience() })).json();
    const done = list._embedded.items.find((item: { task_id: string }) => item.task_id === task);
    if (done !== undefined) {
      await (await fetch(done.download_link)).arrayBuffer();
      return;
    }
    await sleep(50);
  }
}
