import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { categoryIdsByLabel } from '../../model/categories.ts';
import { identityTypesBySpelling } from '../../model/identity-types.ts';
import { type DemoFormat, type DemoOrganization, INCIDENTS, writeDemo } from './index.ts';

const END = new Date('2026-03-18T15:37:12Z');
const DAYS = 30;
const EVENTS = 6_000;
const DAY_MS = 86_400_000;

let root: string;
let organizations: DemoOrganization[];

const generate = (name: string, seed: number) =>
  writeDemo({ folder: join(root, name), seed, end: END, days: DAYS, events: EVENTS });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'belfry-demo-'));
  organizations = await generate('first', 1);
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

async function filesOf(format: DemoFormat, slug?: string): Promise<{ path: string; text: string }[]> {
  const files = organizations
    .filter((organization) => slug === undefined || organization.slug === slug)
    .flatMap((organization) => organization.files)
    .filter((file) => file.format === format);
  return await Promise.all(files.map(async ({ path }) => ({ path, text: await textOf(path) })));
}

/** Reads RFC 4180 text whose fields are all quoted; newlines inside quotes stay. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, field = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\n)/g)) {
    row.push(field.replaceAll('""', '"'));
    if (end === '\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

async function umbrellaRows(folder: string, slug?: string): Promise<string[][]> {
  const files = await filesOf('umbrella-csv', slug);
  return files.filter(({ path }) => path.includes(`/${folder}/`)).flatMap(({ text }) => csvRows(text));
}

async function eveEvents(): Promise<Record<string, unknown>[]> {
  const files = await filesOf('suricata-eve');
  return files.flatMap(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

interface ZeekFile {
  log: string;
  rows: Record<string, string>[];
}

function zeekFile(text: string): ZeekFile {
  const lines = text.trimEnd().split('\n');
  const header = (name: string) =>
    lines
      .find((line) => line.startsWith(`#${name}\t`))
      ?.split('\t')
      .slice(1) ?? [];
  const fields = header('fields');
  expect(lines[0]).toBe('#separator \\x09');
  expect(lines.at(-1)).toMatch(/^#close\t\d{4}(-\d\d){5}$/);
  expect(header('types')).toHaveLength(fields.length);
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const values = line.split('\t');
      expect(values).toHaveLength(fields.length);
      return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']));
    });
  return { log: header('path')[0] ?? '', rows };
}

async function zeekRows(log: string): Promise<Record<string, string>[]> {
  const files = (await filesOf('zeek')).map(({ text }) => zeekFile(text));
  return files.filter((file) => file.log === log).flatMap((file) => file.rows);
}

function expectWithinPeriod(times: readonly number[]): void {
  expect(times.length).toBeGreaterThan(0);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(END.getTime() - DAYS * DAY_MS - 999);
  expect(Math.max(...times)).toBeLessThanOrEqual(END.getTime());
}

async function digests(name: string, written: readonly DemoOrganization[]): Promise<string[][]> {
  const paths = written.flatMap(({ files }) => files.map((file) => file.path));
  return await Promise.all(
    paths.map(async (path) => [
      relative(join(root, name), path),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ]),
  );
}

test('one provider with three customers, parents first', () => {
  expect(organizations.map(({ slug, parent }) => [slug, parent])).toEqual([
    ['larkspur-it', null],
    ['harborside-clinic', 'larkspur-it'],
    ['elmfield-school', 'larkspur-it'],
    ['copperline-works', 'larkspur-it'],
  ]);
});

test('the same options give the same bytes, another seed does not', async () => {
  const first = await digests('first', organizations);
  expect(await digests('again', await generate('again', 1))).toEqual(first);
  expect(await digests('other', await generate('other', 2))).not.toEqual(first);
});

test('about as many events as asked for', async () => {
  const csv = (await filesOf('umbrella-csv')).reduce((sum, { text }) => sum + csvRows(text).length, 0);
  const zeek = (await filesOf('zeek')).reduce((sum, { text }) => sum + zeekFile(text).rows.length, 0);
  const total = csv + zeek + (await eveEvents()).length;
  expect(Math.abs(total - EVENTS)).toBeLessThan(EVENTS * 0.15);
});

test.each([
  ['dnslogs', 16, 0],
  ['proxylogs', 52, 0],
  ['firewalllogs', 36, 0],
  ['intrusionlogs', 33, 0],
  ['iplogs', 7, 0],
  ['auditlogs', 9, 1],
])('%s has its %i columns and times within the period', async (folder, columns, timeColumn) => {
  const rows = await umbrellaRows(folder);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([columns]));
  expectWithinPeriod(rows.map((row) => Date.parse(`${row[timeColumn]?.replace(' ', 'T')}Z`)));
});

test('no line of the export is lost between quotes', async () => {
  for (const { text } of await filesOf('umbrella-csv')) {
    expect(
      csvRows(text)
        .map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(','))
        .join('\n'),
    ).toBe(text.trimEnd());
  }
});

test('DNS rows are spelled as the export spells them', async () => {
  const labels = categoryIdsByLabel();
  const types = identityTypesBySpelling();
  const rows = await umbrellaRows('dnslogs');
  for (const [
    ,
    identity,
    identities,
    ,
    ,
    action,
    queryType,
    ,
    domain,
    categories,
    ,
    identityTypes,
    blockedFor,
  ] of rows) {
    expect(identities?.startsWith(identity ?? '?')).toBe(true);
    expect(action).toMatch(/^(Allowed|Blocked|Proxied)$/);
    expect(queryType).toMatch(/^\d+ \([A-Z]+\)$/);
    expect(domain).toMatch(/\.example\.$/);
    expect(blockedFor !== '').toBe(action === 'Blocked');
    for (const label of (categories ?? '').split(',').filter(Boolean))
      expect(labels.has(label.toLowerCase()), label).toBe(true);
    for (const type of (identityTypes ?? '').split(',')) expect(types.has(type.toLowerCase()), type).toBe(true);
  }
  expect(new Set(rows.map((row) => row[5]))).toEqual(new Set(['Allowed', 'Blocked', 'Proxied']));
});

test('export files stand in folders of their day', async () => {
  for (const { path } of await filesOf('umbrella-csv')) {
    const day = basename(dirname(path));
    expect(basename(path)).toMatch(new RegExp(`^${day}-\\d\\d-\\d\\d-[0-9a-f]{4}\\.csv(\\.gz)?$`));
  }
});

test('EVE has every kind of event, both DNS versions, and times within the period', async () => {
  const events = await eveEvents();
  expect(new Set(events.map((event) => event.event_type))).toEqual(
    new Set(['alert', 'dns', 'drop', 'fileinfo', 'flow', 'http', 'stats', 'tls']),
  );
  expectWithinPeriod(events.map((event) => Date.parse(String(event.timestamp).replace('+0000', 'Z'))));
  const dns = events.flatMap((event) => (event.dns ? [event.dns as Record<string, unknown>] : []));
  expect(new Set(dns.map(({ version, type }) => `${version} ${type}`))).toEqual(
    new Set(['2 query', '2 answer', '3 request', '3 response']),
  );
  expect(dns.some((entry) => Array.isArray(entry.answers))).toBe(true);
});

test('Zeek has every log, one header a file, and times within the period', async () => {
  const files = (await filesOf('zeek')).map(({ text }) => zeekFile(text));
  expect(new Set(files.map((file) => file.log))).toEqual(
    new Set(['conn', 'dns', 'files', 'http', 'notice', 'ssl', 'weird']),
  );
  expectWithinPeriod(files.flatMap(({ rows }) => rows.map((row) => Number(row.ts) * 1000)));
});

test('Zeek rows join by uid', async () => {
  const connections = new Set((await zeekRows('conn')).map((row) => row.uid));
  for (const log of ['dns', 'http', 'ssl', 'files']) {
    for (const row of await zeekRows(log)) expect(connections.has(row.uid)).toBe(true);
  }
});

test('the laptop calls home every five minutes at night, first allowed, then blocked', async () => {
  const { device, host, firstNight, lastNight } = INCIDENTS.beacon;
  const calls = (await umbrellaRows('dnslogs', 'harborside-clinic')).filter(
    (row) => row[8] === `${host}.` && row[6] === '1 (A)',
  );
  expect(calls).toHaveLength((firstNight - lastNight + 1) * 84);
  expect(new Set(calls.map((row) => row[1]))).toEqual(new Set([device]));
  const lastAllowed = calls.filter((row) => row[5] === 'Allowed').at(-1)?.[0] ?? '';
  const firstBlocked = calls.find((row) => row[5] === 'Blocked')?.[0] ?? '';
  expect([lastAllowed.slice(0, 13), firstBlocked.slice(0, 13)]).toEqual(['2026-03-13 04', '2026-03-13 22']);
  expect(new Set(calls.filter((row) => row[5] === 'Blocked').map((row) => row[12]))).toEqual(
    new Set(['Command and Control']),
  );
});

test('the phishing click leads from the mail to a sent form, which is blocked later', async () => {
  const { device, mailHost, redirectHost, formHost } = INCIDENTS.phishing;
  const web = (await umbrellaRows('proxylogs')).filter(
    (row) => row[23]?.includes(device) && row[0]?.startsWith('2026-03-1'),
  );
  const at = (host: string) => web.filter((row) => row[7]?.includes(`//${host}/`));
  expect(at(redirectHost)[0]?.[8]).toContain(mailHost);
  expect(at(formHost).map((row) => [row[25], row[6]])).toEqual([
    ['GET', 'ALLOWED'],
    ['POST', 'ALLOWED'],
    ['GET', 'BLOCKED'],
    ['GET', 'BLOCKED'],
    ['GET', 'BLOCKED'],
  ]);
});

test('the miner is blocked at every pool', async () => {
  const { device, hosts } = INCIDENTS.miner;
  const tries = (await umbrellaRows('dnslogs', 'copperline-works')).filter(
    (row) => row[12] === 'Cryptomining' && row[1] === device,
  );
  const pools = tries.filter((row) => hosts.some((host) => row[8] === `${host}.`));
  expect(pools).toHaveLength(300);
  expect(new Set(pools.map((row) => row[8]))).toEqual(new Set(hosts.map((host) => `${host}.`)));
});

test('the scanner shows in flows and alerts, the campus scan in a notice', async () => {
  const { scanner, ports } = INCIDENTS.scan;
  const seen = (await eveEvents()).filter((event) => event.src_ip === scanner);
  expect(new Set(seen.map((event) => event.dest_port)).size).toBe(ports);
  expect(seen.filter((event) => event.event_type === 'alert')).toHaveLength(ports / 5);
  const notices = await zeekRows('notice');
  expect(notices.filter((row) => row.note === 'Scan::Port_Scan')).toHaveLength(1);
});

test('a short period has no incident outside it', async () => {
  const short = await writeDemo({ folder: join(root, 'short'), seed: 1, end: END, days: 1, events: 500 });
  const texts = await Promise.all(short.flatMap(({ files }) => files.map(({ path }) => textOf(path))));
  expect(texts.join('')).not.toContain(INCIDENTS.beacon.host);
});

test('options that make no sense are refused by name', async () => {
  await expect(writeDemo({ folder: root, seed: 1, end: END, days: 0, events: 10 })).rejects.toThrow(/days/);
  await expect(writeDemo({ folder: root, seed: 1, end: new Date('no'), days: 1, events: 10 })).rejects.toThrow(/end/);
});
