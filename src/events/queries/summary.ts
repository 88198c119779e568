import type { TrafficSummary } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS, type Facet } from '../facets.ts';
import { eventsCondition } from './events-condition.ts';
import { FACET_KEYS } from './facet-keys.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** How a table is asked for the different keys of a facet, and for the events that have any. */
interface Measures {
  readonly distinct: (facet: Facet, condition?: string) => string;
  readonly requests: (facet: Facet, condition?: string) => string;
}

/** umbrella.md, section 5, Summary. */
function summaryColumns({ distinct, requests }: Measures): string {
  const columns: Readonly<Record<keyof TrafficSummary, string>> = {
    applications: distinct('application'),
    applicationsAllowed: distinct('application', "verdict = 'allowed'"),
    applicationsBlocked: distinct('application', "verdict = 'blocked'"),
    categories: distinct('category'),
    domains: distinct('destination', 'named'),
    files: distinct('file', 'web'),
    fileTypes: distinct('fileType', 'web'),
    identities: distinct('identity'),
    identityTypes: distinct('identityType'),
    policyCategories: distinct('policyCategory'),
    policyRequests: requests('hasPolicy'),
    requests: requests('all'),
    requestsAllowed: requests('all', "verdict = 'allowed'"),
    requestsBlocked: requests('all', "verdict = 'blocked'"),
  };
  return Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ');
}

const SUMMARY_FACETS: readonly Facet[] = [
  'all',
  'destination',
  'identity',
  'identityType',
  'category',
  'policyCategory',
  'hasPolicy',
  'application',
  'file',
  'fileType',
];

const OVER_SOURCE = summaryColumns({
  distinct: (facet, condition = '1') => `uniqExactIf(key, facet = ${FACETS[facet]} AND ${condition})`,
  requests: (facet, condition = '1') => `sumIf(hits, facet = ${FACETS[facet]} AND ${condition})`,
});

export async function readSummary(store: EventStore, question: TrafficQuestion): Promise<TrafficSummary> {
  const source = trafficSource(question, SUMMARY_FACETS);
  const [row] = await store.query<TrafficSummary>(`SELECT ${OVER_SOURCE} FROM ${source.sql}`, source.parameters);
  if (row === undefined) throw new Error('an aggregate without groups gave no row');
  return row;
}

const OVER_EVENTS = summaryColumns({
  distinct: (facet, condition = '1') => `uniqExactArrayIf(${FACET_KEYS[facet]}, ${condition})`,
  requests: (facet, condition = '1') => `countIf(notEmpty(${FACET_KEYS[facet]}) AND ${condition})`,
});

/**
 * A summary of the events under each of the given keys, for those that have events. The rollup holds each property of an
 * event alone, so what goes with a key is in the events only.
 *
 * @param keys decimal text
 */
export async function readSummariesByKey(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
  keys: readonly string[],
): Promise<Map<string, TrafficSummary>> {
  if (keys.length === 0) return new Map();
  const events = eventsCondition(question);
  const rows = await store.query<TrafficSummary & { key: string }>(
    `WITH kind = 'web' AS web, kind IN ('dns', 'web') AS named
    SELECT toString(group_key) AS key, ${OVER_EVENTS} FROM events ARRAY JOIN ${FACET_KEYS[facet]} AS group_key
    WHERE ${events.sql} AND group_key IN {keys:Array(UInt64)} GROUP BY group_key`,
    { ...events.parameters, keys: keys.map(BigInt) },
  );
  return new Map(rows.map(({ key, ...summary }) => [key, summary]));
}
