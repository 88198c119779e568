import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import type { Body } from '../body.ts';
import { tokenFrom } from '../client-token.ts';
import {
  countRows,
  eveEvent,
  eveRecords,
  type Kind,
  type RawEvent,
  textOfFile,
  zeekEvent,
  zeekRows,
} from '../raw-traffic.ts';

const DATA = join(import.meta.dirname, '../../../shared/data');
const present = existsSync(DATA);

const WRCCDC = ['capture_loss', 'ftp', 'kerberos', 'notice', 'ntlm', 'pe', 'rdp', 'rfb', 'smb_files', 'smtp'].concat([
  'ssh',
  'stats',
  'syslog',
  'x509',
]);
const ZEEK = [
  'metron/bro-kafka-wrapped.json.log',
  ...WRCCDC.map((log) => `wrccdc2018-json/${log}.json.gz`),
  ...WRCCDC.map((log) => `wrccdc2018-tsv/${log}.log.gz`),
  ...['capture_loss', 'conn', 'dhcp', 'http', 'loaded_scripts', 'stats', 'weird'].map((log) => `zat-json/${log}.log`),
  ...['conn', 'dhcp', 'dns', 'files', 'http', 'notice', 'weird'].map((log) => `zat-tsv/${log}.log`),
  // Gzipped copies of files above: known already.
  'zat-tsv/dhcp.log.gz',
  'zat-tsv/http.log.gz',
].map((path) => join(DATA, 'zeek', path));
const EVE = [
  'alerts-first-conf-2015.json',
  'alerts-honeypot-2018.json',
  'eve-2011-2017-part1.ndjson',
  'secops-suricata-eve.raw_logs.json',
  'verify-output-eve-fileinfo.eve.json',
].map((path) => join(DATA, 'suricata', path));

const KINDS: readonly Kind[] = ['dns', 'proxy', 'firewall', 'intrusion'];
const DAY_MS = 86_400_000;

interface Counts {
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly ignored: number;
}

/** One kind of log, in an organization of its own. */
interface Side {
  readonly name: string;
  readonly files: readonly string[];
  readonly counts: (path: string) => Counts;
  readonly events: () => RawEvent[];
}

const SIDES: readonly Side[] = [
  {
    name: 'zeek',
    files: ZEEK,
    counts(path) {
      const received = countRows(textOfFile(path));
      const duplicate = ZEEK.some((other) => `${other}.gz` === path) ? received : 0;
      const ignored = path.includes('loaded_scripts') ? received : 0;
      return { received, stored: received - duplicate - ignored, duplicate, ignored };
    },
    events: () =>
      ZEEK.filter((path) => !/zat-tsv.*gz$/.test(path))
        .flatMap(zeekRows)
        .flatMap((row) => zeekEvent(row) ?? []),
  },
  {
    name: 'eve',
    files: EVE,
    counts(path) {
      const records = eveRecords(path);
      const ignored = records.filter(({ event_type }) => event_type === 'stats').length;
      return { received: records.length, stored: records.length - ignored, duplicate: 0, ignored };
    },
    events: () => EVE.flatMap(eveRecords).flatMap((record) => eveEvent(record) ?? []),
  },
];

const title = `real logs of ../shared/data${present ? '' : ' (skipped: the folder is absent)'}`;
describe.skipIf(!present)(title, () => {
  let folder: string;
  let belfry: Belfry;
  let server: BelfryServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-real-data-'));
    belfry = belfryOn(join(folder, 'data'), { BELFRY_UMBRELLA_RATE_PER_SECOND: '0' });
    server = await belfry.serve();
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(SIDES)('$name', ({ name, files, counts, events }) => {
    let receipt: Counts & { files: readonly ({ path: string } & Counts)[] };
    let token: string;
    let all: RawEvent[];

    beforeAll(async () => {
      await belfry.json('org', 'create', name, '--name', name);
      const client = await belfry.json('client', 'create', name, '--name', 'test');
      receipt = await belfry.json('import', name, ...files);
      token = await tokenFrom(server, '/auth/v2/token', client);
      all = events();
    });

    async function get(report: string, parameters: Readonly<Record<string, string | number>> = {}): Promise<Body> {
      const query = new URLSearchParams({ from: '0', to: 'now' });
      for (const [parameter, value] of Object.entries(parameters)) query.set(parameter, String(value));
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.address}/reports/v2/${report}?${query}`, { headers });
      expect(answer.status, `${report}?${query}`).toBe(200);
      return answer.json();
    }

    const of = (kind: Kind) => all.filter((event) => event.kind === kind);
    const within = (from: number, to: number) => all.filter(({ ms }) => from <= ms && ms <= to);

    it.each(files.map((path) => [basename(join(path, '..')), basename(path), path]))(
      '%s/%s is received whole',
      (_, __, path) => {
        const file = receipt.files.find((each) => each.path === path);
        expect(file).toMatchObject({ ...counts(path), rejected: 0 });
      },
    );

    it('has a receipt that is the sum of its files', () => {
      const sum = (member: keyof Counts) => files.reduce((total, path) => total + counts(path)[member], 0);
      expect(receipt).toMatchObject({ received: sum('received'), stored: sum('stored'), duplicate: sum('duplicate') });
    });

    it.each(KINDS)('lists every %s event once, by offset and by cursor', async (kind) => {
      const expected = of(kind).map(summaryOf).sort();
      expect(summariesOf(kind, await walkByOffset(`activity/${kind}`, 100))).toEqual(expected);
      expect(summariesOf(kind, await walkByCursor(`activity/${kind}`, 60))).toEqual(expected);
    });

    it('lists all kinds in one stream, newest first', async () => {
      const listed = await walkByCursor('activity', 250);
      const times = listed.map(({ timestamp }) => timestamp);
      expect(times).toEqual(all.map(({ ms }) => ms).sort((a, b) => b - a));
    });

    async function walkByOffset(report: string, limit: number): Promise<Body[]> {
      const records: Body[] = [];
      for (;;) {
        const { data } = await get(report, { limit, offset: records.length });
        records.push(...data);
        if (data.length < limit) return records;
      }
    }

    async function walkByCursor(report: string, limit: number): Promise<Body[]> {
      const records: Body[] = [];
      let cursor: string | undefined = '*';
      while (cursor !== undefined) {
        const { data, meta } = await get(report, { limit, cursor });
        records.push(...data);
        cursor = meta.cursor;
      }
      return records;
    }

    function summariesOf(kind: Kind, records: readonly Body[]): string[] {
      const target = (record: Body): string =>
        ({ dns: record.domain, firewall: record.destinationip, intrusion: record.signature?.label })[String(kind)] ??
        hostOf(record.url);
      return records
        .map((record) =>
          summaryOf({
            kind: record.type,
            ms: record.timestamp,
            client: record.identities[0]?.label ?? '',
            target: target(record),
            verdict: record.verdict,
            queryType: record.querytype ?? '',
          }),
        )
        .sort();
    }

    it('counts requests, in whole hours and in ragged windows', async () => {
      for (const kind of KINDS.slice(0, 3))
        expect((await get(`total-requests/${kind}`)).data).toEqual({ count: of(kind).length });
      const times = all.map(({ ms }) => ms).sort((a, b) => a - b);
      for (const [first, last] of [
        [0, 1],
        [0.1, 0.9],
        [0.3, 0.31],
        [0.5, 0.5],
      ] as const) {
        const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? 0;
        const [from, to] = [at(first), at(last)];
        expect((await get('total-requests', { from, to })).data).toEqual({ count: within(from, to).length });
      }
    });

    it('ranks destinations and identities', async () => {
      for (const kind of ['dns', 'proxy', 'firewall'] as const) {
        const { data } = await get(`top-destinations/${kind}`, { limit: 5000 });
        const listed = data.map((row: Body) => [row.domain, row.count]);
        expect(new Map(listed)).toEqual(tally(of(kind).map(({ target }) => target)));
      }
      const { data } = await get('top-identities', { limit: 5000 });
      const listed = data.map((row: Body) => [row.identity.label, row.requests]);
      expect(new Map(listed)).toEqual(tally(all.map(({ client }) => client)));
      const blocked = data.map((row: Body) => [row.identity.label, row.counts.blockedrequests]);
      const isBlocked = all.filter(({ verdict }) => verdict === 'blocked');
      expect(new Map(blocked.filter(([, count]: [string, number]) => count > 0))).toEqual(
        tally(isBlocked.map(({ client }) => client)),
      );
    });

    it('counts DNS query types', async () => {
      const { data } = await get('top-dns-query-types', { limit: 100 });
      const types = of('dns').map(({ queryType }) => queryType);
      expect(new Map(data.map((row: Body) => [row.querytype, row.requests]))).toEqual(tally(types));
    });

    it('counts by hour, every hour of every day with events', async () => {
      const days = new Set(all.map(({ ms }) => Math.floor(ms / DAY_MS) * DAY_MS));
      for (const day of days) {
        const to = day + DAY_MS - 1;
        const { data } = await get('requests-by-hour', { from: day, to });
        const hours = Array.from({ length: 24 }, (_, hour) => day + hour * 3_600_000);
        expect(data.map((row: Body) => [row.timestamp, row.count])).toEqual(
          hours.map((hour) => [hour, within(hour, hour + 3_599_999).length]),
        );
      }
    });

    it('sums all of it up', async () => {
      const distinct = (values: readonly string[]) => new Set(values).size;
      const withVerdict = (verdict: string) => all.filter((event) => event.verdict === verdict).length;
      const named = [...of('dns'), ...of('proxy')].map(({ target }) => target).filter((target) => target !== '');
      expect((await get('summary')).data).toMatchObject({
        requests: all.length,
        requestsallowed: withVerdict('allowed'),
        requestsblocked: withVerdict('blocked'),
        domains: distinct(named),
        identities: distinct(all.map(({ client }) => client).filter((client) => client !== '')),
        identitytypes: 1,
        categories: 0,
      });
    });
  });
});

function summaryOf({ ms, client, target, verdict, queryType }: RawEvent): string {
  return [ms, client, target, verdict, queryType].join(' ');
}

/** Host of a URL as text: what clients typed may be no URL that `URL` takes. */
function hostOf(url: string): string {
  return /^\w+:\/\/([^/:?]*)/.exec(url)?.[1] ?? '';
}

/** How often each value that is not empty occurs. */
function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
