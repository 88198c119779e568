import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import {
  DAYS,
  identitiesOf,
  labelsOf,
  matching,
  randomSightings,
  type Sighting,
  summaryOf,
  toRecord,
} from '../../../test/traffic-oracle.ts';
import { bucketStarts } from '../../core/traffic/bucket-grid.ts';
import type { EventFilter, TimeRange } from '../../model/query.ts';
import type { RequestCounts } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS, type Facet } from '../facets.ts';
import { readBandwidthBuckets, readCategoryBuckets, readRequestBuckets } from './buckets.ts';
import { readRequestCount } from './count-requests.ts';
import { readCountsByOrganization, readKeyCountsByOrganization } from './customers.ts';
import { readActiveIdentities } from './identity-types.ts';
import { readKeyCounts, readTopKeys, readTopSharedKeys } from './key-counts.ts';
import { readIdentities } from './reference.ts';
import { readSummary } from './summary.ts';
import type { TrafficQuestion } from './traffic-source.ts';

const ORGANIZATION = 7;
const NEIGHBOUR = 8;
const NEIGHBOUR_RECORDS = 500;
/** fast-check prints the seed with every failure; the same seed gives the same questions. QUESTIONS asks more of them. */
const runs = (usual: number) => ({ seed: 20250330, numRuns: Number(process.env.QUESTIONS ?? usual) });

const sightings = randomSightings(3000, 'differential');
const identityIds = new Map<string, number>();
let harness: RecordHarness;

beforeAll(async () => {
  harness = await openRecordHarness();
  const records = sightings.map(toRecord);
  for (let start = 0; start < records.length; start += 1000)
    await harness.insert(ORGANIZATION, records.slice(start, start + 1000), 2);
  // Another organization's events over the same time, which no answer may hold that is not about it too.
  await harness.insert(NEIGHBOUR, records.slice(0, NEIGHBOUR_RECORDS));
  const identities = await readIdentities(harness.store, ORGANIZATION, { limit: 100, offset: 0 });
  for (const { id, label } of identities) identityIds.set(label, id);
});
afterAll(() => harness?.close());

const expected = (question: TrafficQuestion) => matching(sightings, question, identityIds);

/** Ragged, whole, empty: anything between a millisecond and all of the days. */
const ranges: fc.Arbitrary<TimeRange> = fc
  .tuple(
    fc.integer({ min: DAYS.start - 7_200_000, max: DAYS.end }),
    fc.oneof(
      fc.integer({ min: 0, max: DAYS.end - DAYS.start }),
      fc.integer({ min: 0, max: 7_200_000 }),
      fc.constant(0),
    ),
    fc.constantFrom(1, 60_000, 3_600_000),
  )
  .map(([from, length, unit]) => {
    const fromMs = Math.floor(from / unit) * unit;
    return { fromMs, toMs: fromMs + Math.ceil(length / unit) * unit - (unit === 1 ? 0 : 1) };
  });

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });

const filters: fc.Arbitrary<EventFilter> = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      kinds: some(
        'dns' as const,
        'web' as const,
        'firewall' as const,
        'intrusion' as const,
        'ip' as const,
        'audit' as const,
      ),
      verdicts: some('allowed' as const, 'blocked' as const, 'detected' as const),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      kinds: some('dns' as const, 'web' as const, 'firewall' as const),
      verdicts: some('allowed' as const, 'blocked' as const),
      categories: fc.oneof(fc.constant([66]), fc.constant([0]), some(66, 68, 0, 5)),
      policyCategories: some(66, 68),
      identityIds: some('desk-1', 'desk-2', '10.0.0.1').map((labels) =>
        labels.map((label) => identityIds.get(label) ?? 0),
      ),
      identityTypes: some('network', 'Roaming', 'site'),
      domains: fc.oneof(
        fc.constant(['A.example']),
        fc.constant(['*.example']),
        fc.constant(['']),
        some('b.example', 'c*'),
      ),
      withoutDomains: some('a.example', 'c.example'),
      threats: some('evil', 'mirai'),
      ips: some('10.0.0.1', '198.51.100.2'),
    },
    { requiredKeys: [] },
  ),
  // One property alone, which the rollup may answer by that property's own rows.
  fc.constantFrom<EventFilter>(
    { categories: [66] },
    { policyCategories: [68], verdicts: ['blocked'] },
    { kinds: ['dns', 'web'], domains: ['B.example'] },
    { domains: ['b.example'] },
    { identityTypes: ['Roaming'] },
    { applicationIds: [600] },
    { kinds: [] },
  ),
);

const questions = fc
  .record({ range: ranges, filter: filters })
  .map((query): TrafficQuestion => ({ organizationIds: [ORGANIZATION], ...query }));

async function both<Answer>(
  question: TrafficQuestion,
  ask: (question: TrafficQuestion) => Promise<Answer>,
): Promise<Answer> {
  const answer = await ask(question);
  expect(answer).toEqual(await ask({ ...question, useRollup: false }));
  return answer;
}

/** Rows by organization and key, which the engine gives in no order. */
function sorted<Row extends { readonly organizationId: number; readonly key?: string }>(
  question: TrafficQuestion,
  ask: (store: EventStore, question: TrafficQuestion) => Promise<Row[]>,
): Promise<Row[]> {
  const place = ({ organizationId, key = '' }: Row) => `${organizationId}/${key}`;
  return both(question, async (asked) => {
    const rows = await ask(harness.store, asked);
    return rows.sort((left, right) => place(left).localeCompare(place(right)));
  });
}

const ascending = (numbers: readonly number[]) => numbers.toSorted((left, right) => left - right);

const facets = fc.constantFrom(...(Object.keys(FACETS) as Facet[]));

/** Facets whose keys have their names elsewhere, or none. */
const UNLABELLED: readonly Facet[] = ['all', 'category', 'policyCategory', 'hasPolicy', 'file', 'fileType'];

function countsOf(found: readonly Sighting[]): RequestCounts {
  const of = (verdict: Sighting['verdict']) => found.filter((sighting) => sighting.verdict === verdict).length;
  return { requests: found.length, allowed: of('allowed'), blocked: of('blocked') };
}

function tally(found: readonly Sighting[], facet: Facet) {
  const labels = new Set(found.flatMap((sighting) => labelsOf(sighting, facet)));
  return [...labels].map((label) => {
    const under = found.filter((sighting) => labelsOf(sighting, facet).includes(label));
    const web = under.filter((sighting) => sighting.kind === 'web');
    const bytes = web.reduce((sum, sighting) => sum + sighting.bytesIn + sighting.bytesOut, 0);
    return { label, ...countsOf(under), bandwidth: web.length === 0 ? null : bytes };
  });
}

function countByStart(found: readonly Sighting[], starts: readonly number[]) {
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const within = found.filter(({ ms }) => ms >= start * 1000 && ms < end * 1000);
    return within.length === 0 ? [] : [{ start, ...countsOf(within) }];
  });
}

describe('answers from the rollup, from events and from the records themselves are equal', () => {
  test('counts and summaries', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async (question) => {
        const count = await both(question, (asked) => readRequestCount(harness.store, asked));
        expect(count).toBe(expected(question).length);
        const summary = await both(question, (asked) => readSummary(harness.store, asked));
        expect(summary).toEqual(summaryOf(expected(question)));
      }),
      runs(60),
    );
  });

  test('keys of every facet, and slices of them in their total order', async () => {
    const slices = fc.record({
      limit: fc.integer({ min: 1, max: 8 }),
      offset: fc.integer({ min: 0, max: 8 }),
      order: fc.constantFrom('asc' as const, 'desc' as const),
    });
    await fc.assert(
      fc.asyncProperty(questions, facets, slices, async (question, facet, slice) => {
        const byKey = (asked: TrafficQuestion) =>
          readKeyCounts(harness.store, asked, facet).then((rows) => rows.sort((a, b) => (a.key < b.key ? -1 : 1)));
        const all = await both(question, byKey);
        const top = await both(question, (asked) => readTopKeys(harness.store, asked, facet, slice));
        const known = tally(expected(question), facet);
        const numbers = (rows: readonly RequestCounts[]) => rows.map((row) => row.requests).sort();
        expect(numbers(all)).toEqual(numbers(known));
        if (UNLABELLED.includes(facet)) return;
        const sign = slice.order === 'asc' ? 1 : -1;
        known.sort((a, b) => sign * (a.requests - b.requests) || (a.label < b.label ? -1 : 1));
        expect(top.map(({ key, ...row }) => row)).toEqual(known.slice(slice.offset, slice.offset + slice.limit));
      }),
      runs(120),
    );
  });

  test('buckets of minutes, hours and days, whatever the clocks do', async () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Calcutta', 'America/New_York', 'Australia/Lord_Howe');
    const steps = fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, 'day' as const);
    await fc.assert(
      fc.asyncProperty(questions, steps, zones, async (question, step, zone) => {
        const starts = bucketStarts(question.range, step, zone).map((start) => start / 1000);
        const requests = await both(question, (asked) => readRequestBuckets(harness.store, asked, starts));
        expect(requests).toEqual(countByStart(expected(question), starts));
        await both(question, (asked) => readCategoryBuckets(harness.store, asked, starts));
        await both(question, (asked) => readBandwidthBuckets(harness.store, asked, starts));
      }),
      runs(60),
    );
  });

  test('several organizations, together and apart', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async (about) => {
        const question = { ...about, organizationIds: [ORGANIZATION, NEIGHBOUR] };
        const found = [
          { organizationId: ORGANIZATION, its: expected(question) },
          // It has none of the identities that filters may name.
          { organizationId: NEIGHBOUR, its: matching(sightings.slice(0, NEIGHBOUR_RECORDS), question, new Map()) },
        ].filter(({ its }) => its.length > 0);
        const counts = await sorted(question, readCountsByOrganization);
        expect(counts).toEqual(found.map(({ organizationId, its }) => ({ organizationId, ...countsOf(its) })));
        const keys = await sorted(question, (store, asked) => readKeyCountsByOrganization(store, asked, 'category'));
        for (const { organizationId, its } of found) {
          const requests = keys.filter((key) => key.organizationId === organizationId).map((key) => key.requests);
          expect(ascending(requests)).toEqual(ascending(tally(its, 'category').map((top) => top.requests)));
        }
        const page = { limit: 100, offset: 0 };
        const top = await both(question, (asked) => readTopSharedKeys(harness.store, asked, 'destination', page));
        for (const { label, organizations, requests } of top) {
          const having = found.map(
            ({ its }) => its.filter((one) => labelsOf(one, 'destination').includes(label)).length,
          );
          expect({ requests, organizations }).toEqual({
            requests: having.reduce((sum, count) => sum + count, 0),
            organizations: having.filter((count) => count > 0).length,
          });
        }
        expect(top).toHaveLength(
          new Set(found.flatMap(({ its }) => its.flatMap((one) => labelsOf(one, 'destination')))).size,
        );
      }),
      runs(40),
    );
  });

  test('active identities', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async (question) => {
        const active = await both(question, (asked) => readActiveIdentities(harness.store, asked));
        const known = new Map(
          expected(question)
            .flatMap(identitiesOf)
            .map(({ label, type }) => [label, type]),
        );
        for (const { organizationId, type, identities } of active) {
          expect(organizationId).toBe(ORGANIZATION);
          expect(identities).toBe([...known.values()].filter((of) => of === type).length);
        }
        expect(active.length).toBe(new Set(known.values()).size);
      }),
      runs(30),
    );
  });
});
