import type { Order } from '../../model/query.ts';
import type { RequestCounts } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS, type Facet } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { BANDWIDTH_SQL, ORGANIZATIONS_SQL, REQUEST_COUNTS_SQL } from './measures.ts';
import { organizationsSql } from './organizations-condition.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** What counts under one key of a facet. */
export interface KeyCounts extends RequestCounts {
  /** Decimal text of 64 bits. */
  readonly key: string;
  /** '' where the store has none: categories have their labels elsewhere. */
  readonly label: string;
  /** Bytes both ways of web requests; null where there were none. */
  readonly bandwidth: number | null;
}

/** The same of several organizations. */
export interface SharedKeyCounts extends RequestCounts {
  readonly key: string;
  readonly label: string;
  /** How many of the organizations have requests under the key. */
  readonly organizations: number;
}

export interface Slice {
  readonly limit: number;
  readonly offset: number;
  /** Of the requests; `desc` when absent. Ties go by label, ascending. */
  readonly order?: Order;
}

/** Every key of a facet, in no order. For facets with few keys. */
export async function readKeyCounts(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
): Promise<Omit<KeyCounts, 'label'>[]> {
  const { sql, parameters } = everyKey(question, facet, BANDWIDTH);
  return store.query(sql, parameters);
}

/** Every key of a facet that organizations have in common, in no order. */
export async function readSharedKeyCounts(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
): Promise<Omit<SharedKeyCounts, 'label'>[]> {
  const { sql, parameters } = everyKey(question, facet, ORGANIZATIONS);
  return store.query(sql, parameters);
}

/** A slice of the keys of a facet by requests. */
export function readTopKeys(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
  slice: Slice,
): Promise<KeyCounts[]> {
  const { sql, parameters } = topKeys(question, facet, slice, BANDWIDTH);
  return store.query<KeyCounts>(sql, parameters);
}

/** A slice of the keys that organizations have in common by requests. */
export function readTopSharedKeys(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
  slice: Slice,
): Promise<SharedKeyCounts[]> {
  const { sql, parameters } = topKeys(question, facet, slice, ORGANIZATIONS);
  return store.query<SharedKeyCounts>(sql, parameters);
}

/** What is told of each key besides its requests. */
interface Measure {
  readonly sql: string;
  /** Of the column that `sql` makes. */
  readonly name: string;
}

const BANDWIDTH: Measure = { sql: BANDWIDTH_SQL, name: 'bandwidth' };
const ORGANIZATIONS: Measure = { sql: ORGANIZATIONS_SQL, name: 'organizations' };

function everyKey(question: TrafficQuestion, facet: Facet, measure: Measure): Condition {
  const { sql, parameters } = trafficSource(question, [facet]);
  return {
    sql: `SELECT toString(key) AS key, ${REQUEST_COUNTS_SQL}, ${measure.sql} FROM ${sql} AS s GROUP BY s.key`,
    parameters,
  };
}

function topKeys(
  question: TrafficQuestion,
  facet: Facet,
  { limit, offset, order = 'desc' }: Slice,
  measure: Measure,
): Condition {
  const source = trafficSource(question, [facet]);
  const conditions = new Conditions('l');
  const organizations = organizationsSql(conditions, question.organizationIds);
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  // All that tie with the last of the slice stay until their labels have put them in order. Labels stream past the few
  // keys; the other way round the engine would keep every label of the organization.
  return {
    sql: `SELECT toString(top.key) AS key, requests, allowed, blocked, ${measure.name}, names.label AS label
    FROM (
      SELECT labels.key AS key, labels.label AS label FROM labels WHERE ${organizations} AND facet = {facet:UInt8}
    ) AS names
    ANY RIGHT JOIN (
      SELECT s.key AS key, ${REQUEST_COUNTS_SQL}, ${measure.sql} FROM ${source.sql} AS s
      GROUP BY key ORDER BY requests ${direction} LIMIT {end:UInt64} WITH TIES
    ) AS top ON names.key = top.key
    ORDER BY requests ${direction}, label, top.key LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    parameters: {
      ...source.parameters,
      ...conditions.build().parameters,
      facet: FACETS[facet],
      limit,
      offset,
      end: limit + offset,
    },
  };
}
