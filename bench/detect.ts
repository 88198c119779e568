/**
 * What detection costs: 500 rules over a million DNS and web events, against one plain scan of the columns they look at.
 * `npx tsx bench/detect.ts --events 1000000 --rules 500`
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  compileGroup,
  type EventRule,
  logSourceOf,
  MAX_GROUP_SIZE,
  parseRules,
  type RuleGroup,
  type Scan,
} from '../src/detect/index.ts';
import { ruleSql } from '../src/detect/sql/group.ts';
import { INLINE } from '../src/detect/sql/prepared.ts';
import { type EventStore, openEventStore } from '../src/events/client.ts';
import { migrateEvents } from '../src/events/migrate.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rules: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '5' },
    /** A folder of rules to take before made-up ones. */
    folder: { type: 'string', default: '../shared/data/sigma' },
    /** Also the conditions written out one after another. */
    naive: { type: 'boolean', default: false },
  },
});

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  'Microsoft-CryptoAPI/10.0',
  'Microsoft-WNS/10.0',
  'curl/8.5.0',
  'python-requests/2.32.3',
  'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
];

/** Written by the engine: two thirds DNS, one third web; names as popular as on the Internet. */
const EVENTS_SQL = `INSERT INTO events (org, time, seq, row, kind, verdict, src_ip, dst_ip, domain, query_type, url, method, status,
  user_agent, referer, raw)
SELECT 1, fromUnixTimestamp64Micro(1767225600000000 + number * 1000, 'UTC'), 1 + intDiv(number, 100000), number % 100000,
  if(dice % 3 = 0, 'web', 'dns'), 'allowed', concat('10.0.', toString(dice % 7), '.', toString(dice % 250)),
  concat('198.51.', toString(rank % 256), '.', toString(intDiv(rank, 256) % 200)),
  concat(['www', 'api', 'cdn', 'mail', 'static', 'img', 'login', 'update'][1 + rank % 8], '.site', toString(rank), '.',
    ['com', 'net', 'org', 'io', 'de', 'co.uk', 'top', 'xyz'][1 + rank % 8]) AS name,
  if(dice % 3 = 0, '', ['A', 'AAAA', 'HTTPS', 'MX', 'TXT'][1 + dice % 5]),
  if(dice % 3 = 0, concat('https://', name, '/', ['assets', 'api/v2', 'images', 'download', 'wp-content'][1 + dice % 5], '/',
    toString(cityHash64(number)), ['.js', '.css', '.png', '.html', '.exe', '.zip', ''][1 + dice % 7], '?id=', toString(number)), ''),
  if(dice % 3 = 0, ['GET', 'GET', 'GET', 'POST', 'HEAD'][1 + dice % 5], ''), if(dice % 3 = 0, [200, 200, 200, 302, 404][1 + dice % 5], NULL),
  if(dice % 3 = 0, {agents:Array(String)}[1 + dice % 7], ''), if(dice % 6 = 0, concat('https://', name, '/'), ''), ''
FROM (SELECT number, cityHash64(number, 'dice') AS dice,
  toUInt32(least(299999, floor(pow(300001, (cityHash64(number, 'rank') % 1000000007) / 1000000007)) - 1)) AS rank
  FROM numbers({from:UInt64}, {count:UInt64}))`;

/** Shapes of rules as the public repository has them for DNS, proxies and web servers. */
const SHAPES: readonly ((n: number) => string)[] = [
  (n) => dns(`query|endswith: ['.evil${n}.top', '.bad-${n}.xyz', '.c2-${n}.net', '.drop${n}.io']`),
  (n) => dns(`query: ['update-${n}.example-cdn.com', 'malware${n}.org', 'stage${n}.badsite.net']`),
  (n) => dns(`query|contains: ['.tunnel${n}.', 'xn--evil${n}', 'dga${n}x']\n    record_type: [TXT, 'NULL']`),
  (n) =>
    dns(
      `query|startswith: ['aaa.stage.${n}', 'post.${n}.']\n  filter:\n    query|endswith: '.corp${n}.local'`,
      'selection and not filter',
    ),
  (n) => proxy(`c-uri|contains|all: ['/gate${n}.php', 'id=']\n    cs-method: POST`),
  (n) => proxy(`c-useragent|contains: ['evilbot/${n}', 'rat-client ${n}']`),
  (n) => proxy(`c-useragent: ['Mozilla/5.0 (Evil ${n})', 'agent-${n}', 'loader/${n}.0']`),
  (n) => proxy(`c-uri-extension: [exe, zip, dll, hta]\n    cs-host|endswith: ['.drop${n}.top', '.load${n}.xyz']`),
  (n) => proxy(`cs-method: GET\n    c-uri|endswith: '/payload${n}.bin'\n    sc-status: 200`),
  (n) => proxy(`c-uri|re: '/[a-z]{4}${n}/[0-9]+\\.php$'\n    cs-host|contains: 'panel${n}'`),
  (n) =>
    proxy(
      `c-uri|contains: ['/cve-${n}/../', '\${jndi:${n}', '/shell${n}.jsp?cmd=']\n  filter:\n    dst_ip|cidr: ['10.0.0.0/8', '192.168.0.0/16']`,
      'selection and not filter',
    ),
];

function dns(selection: string, condition = 'selection'): string {
  return `logsource: {category: dns}\ndetection:\n  selection:\n    ${selection}\n  condition: ${condition}`;
}

function proxy(selection: string, condition = 'selection'): string {
  return `logsource: {category: proxy}\ndetection:\n  selection:\n    ${selection}\n  condition: ${condition}`;
}

async function benchRules(): Promise<EventRule[]> {
  const names = await readdir(values.folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.yml'));
  const given = await Promise.all(files.map((name) => readFile(join(values.folder, name), 'utf8')));
  const made = Array.from(
    { length: Number(values.rules) },
    (_, n) => `title: Rule ${n}\n${SHAPES[n % SHAPES.length]?.(n)}\n`,
  );
  const rules = [...given, ...made].flatMap((text, n) => parseRules(text, `${n}.yml`).rules);
  const usable = rules.filter((rule): rule is EventRule => {
    if (rule.type !== 'event') return false;
    const placed = logSourceOf(rule);
    return 'scan' in placed && (placed.scan === 'dns' || placed.scan === 'web');
  });
  return usable.slice(0, Number(values.rules));
}

/** Rules of one scan each, none too many. */
function groupsOf(rules: readonly EventRule[]): RuleGroup[] {
  const byScan = new Map<Scan, EventRule[]>();
  for (const rule of rules) {
    const placed = logSourceOf(rule);
    if ('scan' in placed) byScan.set(placed.scan, [...(byScan.get(placed.scan) ?? []), rule]);
  }
  return [...byScan.values()].flatMap((all) => {
    const groups = Math.ceil(all.length / MAX_GROUP_SIZE);
    return Array.from({ length: groups }, (_, index) => compileGroup(all.filter((__, at) => at % groups === index)));
  });
}

/** @param everyRule leaves out the first look, as if every rule had candidates */
async function detect(store: EventStore, groups: readonly RuleGroup[], everyRule = false): Promise<string[]> {
  const found: string[] = [];
  for (const group of groups) {
    const [row] = everyRule ? [] : await store.query<{ numbers: number[] }>(group.candidates('org = 1'));
    const numbers = everyRule ? group.rules.map((_, index) => index + 1) : (row?.numbers ?? []);
    if (numbers.length === 0) continue;
    const [counts] = await store.query<{ matches: number }>(
      `SELECT sum(length(matched)) AS matches FROM (${group.matched('org = 1', numbers)})`,
    );
    found.push(
      `${group.scan}: ${numbers.length} of ${group.rules.length} rules are candidates, ${counts?.matches} matches`,
    );
  }
  return found;
}

const COLUMNS = [
  'kind',
  'verdict',
  'domain',
  'query_type',
  'url',
  'method',
  'status',
  'user_agent',
  'referer',
  'dst_ip',
  'raw',
];
const PLAIN = `SELECT count() FROM events WHERE org = 1 AND NOT ignore(${COLUMNS.join(', ')})`;

async function measure(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  // The first time warms up: the engine keeps compiled patterns.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  console.log(
    `  first ${times[0]?.toFixed(0)} ms, then ${times
      .slice(1)
      .map((ms) => ms.toFixed(0))
      .join(' ')}`,
  );
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor(Number(values.rounds) / 2)] ?? Number.NaN;
}

async function run(store: EventStore): Promise<void> {
  const rules = await benchRules();
  const groups = groupsOf(rules);
  console.log(`${rules.length} rules in ${groups.length} groups`);
  console.log('one plain scan of the columns');
  const plain = await measure(() => store.query(PLAIN));
  console.log('all rules');
  let found: string[] = [];
  const taken = await measure(async () => {
    found = await detect(store, groups);
  });
  for (const line of found) console.log(`  ${line}`);
  const perSecond = (Number(values.events) / taken) * 1000;
  console.log(
    `${(taken / plain).toFixed(1)} plain scans, ${Math.round(perSecond).toLocaleString('en')} events a second`,
  );
  console.log('all rules, as if each had candidates');
  const most = await measure(() => detect(store, groups, true));
  console.log(`${(most / plain).toFixed(1)} plain scans`);
  if (values.naive) await runNaive(store, rules, plain);
}

/** 100 rules in a statement: more exceed the engine's limits. */
async function runNaive(store: EventStore, rules: readonly EventRule[], plain: number): Promise<void> {
  console.log('the conditions one after another');
  const naive = await measure(async () => {
    for (let from = 0; from < rules.length; from += 100) {
      const counts = rules.slice(from, from + 100).map((rule) => `countIf(${ruleSql(rule, INLINE)})`);
      await store.query(`SELECT [${counts.join(', ')}] AS counts FROM events WHERE org = 1`);
    }
  });
  console.log(`${(naive / plain).toFixed(1)} plain scans`);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'));
  const store = await openEventStore({ path: join(folder, 'events'), queryTimeoutSeconds: 600 });
  try {
    await migrateEvents(store);
    await store.command(EVENTS_SQL, { agents: AGENTS, from: 0, count: Number(values.events) });
    await run(store);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
