import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LogRecord, openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import { listFileDispositions } from '../activity/list-file-dispositions.ts';
import type { Context } from '../context.ts';
import * as traffic from './index.ts';

const HASH = 'ab'.repeat(32);

const DNS = { kind: 'dns', src_ip: '10.0.0.1', query_type: 'A', category_labels: ['Malware', 'Our own list'] };
const WEB = { kind: 'web', src_ip: '10.0.0.1', nat_ip: '203.0.113.9', bytes_in: 1000, bytes_out: 50 };
const RECORDS: readonly LogRecord[] = [
  { ...DNS, time: '2025-03-30 00:30:00.000000', domain: 'b.example', threats: ['Evil'], threat_types: ['Worm'] },
  { ...DNS, time: '2025-03-30 01:30:00.000999', domain: 'A.example.', verdict: 'blocked', query_type: 'MX' },
  { ...DNS, time: '2025-03-30 22:30:00.000000', domain: 'c.example', verdict: 'proxied', src_ip: '10.0.0.2' },
  { ...WEB, time: '2025-03-30 01:10:00.000000', domain: 'c.example', url: 'https://c.example/x/y?q=1' },
  { ...WEB, time: '2025-03-30 01:20:00.000000', domain: 'c.example', url: 'c.example/x/y', category_labels: ['Games'] },
  {
    ...WEB,
    time: '2025-03-30 02:20:00.000000',
    domain: 'd.example',
    url: 'https://d.example',
    file_name: 'setup.exe',
    content_type: 'Application/Octet-Stream; charset=binary',
    sha256: HASH,
    amp_disposition: 'malicious',
    amp_score: 90,
    extra: { amp_malware: 'Example.Trojan' },
    identity_labels: ['LAPTOP-07', 'Head office'],
    identity_types: ['Roaming Computers', 'Sites'],
    application_labels: ['Dropbox'],
    application_ids: [600],
    application_types: ['Cloud Storage'],
  },
  ...['blocked', 'detected', 'detected'].map((verdict, index) => ({
    time: `2025-03-30 05:00:0${index}.123456`,
    kind: 'intrusion',
    verdict,
    dst_ip: '198.51.100.9',
    rule_id: 4,
    signature_list_id: 11,
    signature_generator_id: 1,
    signature_id: 40_001 + Math.floor(index / 2),
  })),
];

const DAY = { fromMs: Date.UTC(2025, 2, 30), toMs: Date.UTC(2025, 2, 30, 23, 59, 59, 999) };
const ALL = { range: DAY, filter: {} };
const PAGE = { ...ALL, limit: 100, offset: 0 };

let harness: RecordHarness;
let context: Context;

function scopeOf(id: number, permissions: readonly Permission[] = PERMISSIONS): Scope {
  const organization = { id, uuid: '', slug: 'acme', name: 'Acme', parentId: null, createdAt: '' };
  const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'jobs' } as const;
  return { organization, actor, permissions: new Set(permissions) };
}
const scope = scopeOf(1);

beforeAll(async () => {
  harness = await openRecordHarness();
  await harness.insert(1, RECORDS);
  await harness.insert(2, RECORDS.slice(0, 1));
  context = { events: harness.store, now: Date.now } as Context;
});
afterAll(() => harness?.close());

describe('rights', () => {
  test('a scope without the permission is refused before anything is read', async () => {
    const none = scopeOf(1, ['activity:read']);
    await expect(traffic.countRequests(context, none, ALL)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(traffic.summarizeSignatures(context, none, PAGE)).rejects.toMatchObject({ code: 'forbidden' });
    const page = { limit: 1, offset: 0 };
    const other = scopeOf(1, ['aggregates:read']);
    await expect(listFileDispositions(context, other, { ...ALL, page })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('the organization of the scope is the only one read', async () => {
    expect(await traffic.countRequests(context, scopeOf(2), ALL)).toBe(1);
    expect(await traffic.countRequests(context, scopeOf(3), ALL)).toBe(0);
  });
});

describe('counts over time', () => {
  test('both ends of the range are inclusive to the millisecond', async () => {
    const at = Date.UTC(2025, 2, 30, 1, 30);
    const count = (fromMs: number, toMs: number) =>
      traffic.countRequests(context, scope, { range: { fromMs, toMs }, filter: {} });
    // The event lies at …00.000999: within the millisecond that both ends name.
    expect(await count(at, at)).toBe(1);
    expect(await count(at + 1, at + 1)).toBe(0);
    expect(await count(at - 1, at - 1)).toBe(0);
  });

  test('every bucket is there, from the one that holds the beginning to the one that holds the end', async () => {
    const range = { fromMs: Date.UTC(2025, 2, 30, 0, 59), toMs: Date.UTC(2025, 2, 30, 3) };
    const buckets = await traffic.requestBuckets(context, scope, { range, filter: {}, step: 'hour', timezone: 'UTC' });
    expect(buckets).toEqual([
      { startMs: Date.UTC(2025, 2, 30, 0), requests: 0, allowed: 0, blocked: 0 },
      { startMs: Date.UTC(2025, 2, 30, 1), requests: 3, allowed: 2, blocked: 1 },
      { startMs: Date.UTC(2025, 2, 30, 2), requests: 1, allowed: 1, blocked: 0 },
      { startMs: Date.UTC(2025, 2, 30, 3), requests: 0, allowed: 0, blocked: 0 },
    ]);
  });

  test('a day is the local one: 23 hours where the clocks skip one', async () => {
    const request = { ...ALL, step: 'day', timezone: 'europe/berlin' } as const;
    const buckets = await traffic.requestBuckets(context, scope, request);
    expect(buckets.map(({ startMs, requests }) => [new Date(startMs).toISOString(), requests])).toEqual([
      ['2025-03-29T23:00:00.000Z', 8],
      ['2025-03-30T22:00:00.000Z', 1],
    ]);
  });

  test('categories of a bucket come most first, unlisted ones with the label of the log', async () => {
    const range = { fromMs: Date.UTC(2025, 2, 30, 1), toMs: Date.UTC(2025, 2, 30, 2, 59) };
    const request = { range, filter: {}, step: 'hour', timezone: 'UTC' } as const;
    const buckets = await traffic.categoryBuckets(context, scope, request);
    expect(buckets.map((bucket) => bucket.counts.map(({ category, requests }) => [category.label, requests]))).toEqual([
      [
        [null, 1],
        [null, 1],
        ['Our own list', 1],
      ],
      [],
    ]);
    expect(buckets[0]?.counts.slice(0, 2).map((count) => count.category.id)).toEqual([11, 66]);
  });

  test('bandwidth is that of web requests', async () => {
    const range = { fromMs: Date.UTC(2025, 2, 30, 1), toMs: Date.UTC(2025, 2, 30, 1, 59) };
    const request = { range, filter: {}, step: 'hour', timezone: 'UTC' } as const;
    const bandwidth = { startMs: range.fromMs, bytesIn: 2000, bytesOut: 100 };
    expect(await traffic.bandwidthBuckets(context, scope, request)).toEqual([bandwidth]);
    const none = await traffic.bandwidthBuckets(context, scope, { ...request, filter: { kinds: ['dns'] } });
    expect(none).toEqual([{ ...bandwidth, bytesIn: 0, bytesOut: 0 }]);
  });

  test('too many buckets are refused by name', async () => {
    const range = { fromMs: 0, toMs: DAY.toMs };
    const asked = traffic.requestBuckets(context, scope, { range, filter: {}, step: 'minute', timezone: 'UTC' });
    await expect(asked).rejects.toMatchObject({ code: 'bad_request', faults: [{ where: 'from' }] });
  });
});

describe('top lists', () => {
  test('destinations: addresses stand in for names, ties go by name, also across pages', async () => {
    const all = await traffic.topDestinations(context, scope, PAGE);
    expect(all.map(({ destination, requests, bandwidth }) => [destination, requests, bandwidth])).toEqual([
      ['198.51.100.9', 3, null],
      ['c.example', 3, 2100],
      ['a.example', 1, null],
      ['b.example', 1, null],
      ['d.example', 1, 1050],
    ]);
    const paged = [];
    for (let offset = 0; offset < 6; offset += 2)
      paged.push(...(await traffic.topDestinations(context, scope, { ...PAGE, limit: 2, offset })));
    expect(paged).toEqual(all);
    expect(all[1]?.categories.map((category) => category.label ?? category.id)).toEqual([11, 66, 'Our own list']);
  });

  test('identities: an event counts for each of them', async () => {
    const top = await traffic.topIdentities(context, scope, { ...PAGE, filter: { kinds: ['web'] } });
    expect(top.map(({ identity, requests }) => [identity.label, identity.type, requests])).toEqual([
      ['10.0.0.1', 'network', 2],
      ['Head office', 'site', 1],
      ['LAPTOP-07', 'roaming', 1],
    ]);
  });

  test('identity types: requests, different identities, and how many were ever seen', async () => {
    expect(await traffic.identityDistribution(context, scope, ALL)).toEqual([
      { type: 'network', requests: 5, allowed: 3, blocked: 1, identities: 2 },
      { type: 'roaming', requests: 1, allowed: 1, blocked: 0, identities: 1 },
      { type: 'site', requests: 1, allowed: 1, blocked: 0, identities: 1 },
    ]);
    const range = { fromMs: DAY.fromMs, toMs: DAY.fromMs + 3_600_000 };
    expect(await traffic.deploymentStatus(context, scope, { range, filter: {} })).toEqual([
      { type: 'network', active: 1, total: 2 },
      { type: 'roaming', active: 0, total: 1 },
      { type: 'site', active: 0, total: 1 },
    ]);
  });

  test('categories, all of them from the offset on', async () => {
    const top = await traffic.topCategories(context, scope, { ...ALL, offset: 1 });
    expect(
      top.map(({ category, requests, bandwidth }) => [category.label ?? category.id, requests, bandwidth]),
    ).toEqual([
      ['Our own list', 3, null],
      [11, 1, 1050],
    ]);
  });

  test('URLs are paths, with or without a scheme in the log', async () => {
    const top = await traffic.topUrls(context, scope, { ...PAGE, filter: { categories: [11] } });
    expect(top).toEqual([{ path: '/x/y', requests: 1, categories: [{ id: 11, label: null }] }]);
    const all = await traffic.topUrls(context, scope, PAGE);
    expect(all.map(({ path, requests }) => [path, requests])).toEqual([
      ['/x/y', 2],
      ['', 1],
    ]);
  });

  test('files, and what the reputation service said of them', async () => {
    expect(await traffic.topFiles(context, scope, PAGE)).toEqual([
      {
        sha256: HASH,
        requests: 1,
        identities: 2,
        fileNames: ['setup.exe'],
        fileTypes: ['application/octet-stream'],
        categories: [],
      },
    ]);
    const page = { limit: 10, offset: 0 };
    const at = Date.UTC(2025, 2, 30, 2, 20);
    const judged = { disposition: 'malicious', score: 90, host: 'd.example', malware: 'Example.Trojan', sha256: HASH };
    expect(await listFileDispositions(context, scope, { ...ALL, page })).toEqual([
      { timeMs: at, firstSeenMs: at, ...judged },
    ]);
  });

  test('all seven event types, query types, addresses, threats', async () => {
    const types = await traffic.topEventTypes(context, scope, ALL);
    expect(types).toHaveLength(7);
    expect(types.slice(0, 3)).toEqual([
      { text: 'domain_security', requests: 3 },
      { text: 'cisco_amp', requests: 1 },
      { text: 'antivirus', requests: 0 },
    ]);
    expect(await traffic.topQueryTypes(context, scope, { ...PAGE, order: 'asc' })).toEqual([
      { text: 'MX', requests: 1 },
      { text: 'A', requests: 2 },
    ]);
    const inside = await traffic.topAddresses(context, scope, { ...ALL, side: 'internal', limit: 1 });
    expect(inside).toEqual([{ text: '10.0.0.1', requests: 5 }]);
    const outside = await traffic.topAddresses(context, scope, { ...ALL, side: 'external', limit: 9 });
    expect(outside).toEqual([{ text: '203.0.113.9', requests: 3 }]);
    expect(await traffic.topThreats(context, scope, PAGE)).toEqual([{ label: 'Evil', type: 'Worm', requests: 1 }]);
    expect(await traffic.topThreatTypes(context, scope, PAGE)).toEqual([{ type: 'Worm', threats: 1, requests: 1 }]);
  });
});

describe('summaries', () => {
  test('of everything', async () => {
    expect(await traffic.summarize(context, scope, ALL)).toEqual({
      applications: 1,
      applicationsAllowed: 1,
      applicationsBlocked: 0,
      categories: 3,
      domains: 4,
      files: 1,
      fileTypes: 1,
      identities: 4,
      identityTypes: 3,
      policyCategories: 0,
      policyRequests: 0,
      requests: 9,
      requestsAllowed: 4,
      requestsBlocked: 2,
    });
  });

  test('of each category and each destination, the same as of a filter by it', async () => {
    const categories = await traffic.summarizeByCategory(context, scope, PAGE);
    expect(categories.map(({ summary }) => summary.requests)).toEqual([3, 3, 1]);
    for (const { category, summary } of categories) {
      const query = { range: DAY, filter: { categories: [category.id] } };
      expect(summary).toEqual(await traffic.summarize(context, scope, query));
    }
    const destinations = await traffic.summarizeByDestination(context, scope, { ...PAGE, limit: 2, offset: 1 });
    expect(destinations.map(({ destination }) => destination)).toEqual(['a.example', 'b.example']);
    for (const { destination, summary } of destinations) {
      const query = { range: DAY, filter: { kinds: ['dns', 'web'], domains: [destination] } } as const;
      expect(summary).toEqual(await traffic.summarize(context, scope, query));
    }
  });

  test('of signatures', async () => {
    const at = Date.UTC(2025, 2, 30, 5, 0, 1, 123);
    expect(await traffic.summarizeSignatures(context, scope, PAGE)).toEqual([
      {
        signatureListId: 11,
        ruleId: 4,
        signatures: [
          { generatorId: 1, id: 40_001, lastEventMs: at, blocked: 1, detected: 1, wouldBlock: 0 },
          { generatorId: 1, id: 40_002, lastEventMs: at + 1000, blocked: 0, detected: 1, wouldBlock: 0 },
        ],
      },
    ]);
  });
});
