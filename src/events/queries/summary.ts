import type { TrafficSummary } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS, type Facet } from '../facets.ts';
import { COLUMNS_BEFORE_ALIASES, eventsCondition } from './events-condition.ts';
import { distinctKeysSql, eventsWithKeySql, keyedEvents } from './facet-keys.ts';
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

const OVER_EVENTS = summaryColumns({
  distinct: (facet, condition = '1') => distinctKeysSql(facet, condition),
  requests: (facet, condition = '1') => eventsWithKeySql(facet, condition),
});

export async function readSummary(store: EventStore, question: TrafficQuestion): Promise<TrafficSummary> {
  const source = trafficSource(question, SUMMARY_FACETS);
  const events = eventsCondition(question);
  // Where the rollup cannot help, one pass over events is cheaper than one row for each of their keys.
  const statement = source.usesRollup
    ? { sql: `SELECT ${OVER_SOURCE} FROM ${source.sql}`, parameters: source.parameters }
    : { sql: `${FLAGS} SELECT ${OVER_EVENTS} FROM events WHERE ${events.sql}`, parameters: events.parameters };
  const [row] = await store.query<TrafficSummary>(statement.sql, statement.parameters, COLUMNS_BEFORE_ALIASES);
  if (row === undefined) throw new Error('an aggregate without groups gave no row');
  return row;
}

/** The columns of `trafficSource` that conditions name, over events. */
const FLAGS = "WITH kind = 'web' AS web, kind IN ('dns', 'web') AS named";

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
  const { key, join, when } = keyedEvents([facet]);
  const rows = await store.query<TrafficSummary & { key: string }>(
    `${FLAGS} SELECT toString(${key} AS group_key) AS key, ${OVER_EVENTS} FROM events ${join}
    WHERE ${events.sql} AND ${when} AND group_key IN {keys:Array(UInt64)} GROUP BY group_key`,
    { ...events.parameters, keys: keys.map(BigInt) },
    COLUMNS_BEFORE_ALIASES,
  );
  return new Map(rows.map(({ key: name, ...summary }) => [name, summary]));
}
