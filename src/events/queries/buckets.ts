import type { RequestCounts } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import type { Facet } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { REQUEST_COUNTS_SQL } from './measures.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** Starts of consecutive buckets in seconds since 1970, ascending; the first at or before the range, each to the next. */
export type BucketStarts = readonly number[];

export interface RequestBucketRow extends RequestCounts {
  readonly start: number;
}

/** Buckets that have requests, ascending. */
export async function readRequestBuckets(
  store: EventStore,
  question: TrafficQuestion,
  starts: BucketStarts,
): Promise<RequestBucketRow[]> {
  if (question.organizationIds.length === 0) return [];
  const { sql, parameters } = bucketed(question, 'all', starts, REQUEST_COUNTS_SQL, 'start');
  return store.query<RequestBucketRow>(sql, parameters);
}

export interface CategoryBucketRow {
  readonly start: number;
  readonly category: number;
  readonly requests: number;
}

/** Requests of each category in each bucket where it has any. */
export async function readCategoryBuckets(
  store: EventStore,
  question: TrafficQuestion,
  starts: BucketStarts,
): Promise<CategoryBucketRow[]> {
  const { sql, parameters } = bucketed(
    question,
    'category',
    starts,
    'key AS category, sum(hits) AS requests',
    'start, category',
  );
  return store.query<CategoryBucketRow>(sql, parameters);
}

export interface BandwidthBucketRow {
  readonly start: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Bytes of buckets that have requests, ascending. */
export async function readBandwidthBuckets(
  store: EventStore,
  question: TrafficQuestion,
  starts: BucketStarts,
): Promise<BandwidthBucketRow[]> {
  const sums = 'sum(bytes_in) AS bytesIn, sum(bytes_out) AS bytesOut';
  const { sql, parameters } = bucketed(question, 'all', starts, sums, 'start');
  return store.query<BandwidthBucketRow>(sql, parameters);
}

function bucketed(
  question: TrafficQuestion,
  facet: Facet,
  starts: BucketStarts,
  columns: string,
  groups: string,
): Condition {
  const source = trafficSource(question, [facet], slotMs(starts));
  const conditions = new Conditions('b');
  return {
    sql: `SELECT ${startSql(conditions, starts)} AS start, ${columns} FROM ${source.sql}
      GROUP BY ${groups} ORDER BY ${groups}`,
    parameters: { ...source.parameters, ...conditions.build().parameters },
  };
}

/** The longest of day, hour and minute whose bounds all starts are on. */
function slotMs(starts: BucketStarts): number {
  const length = [86_400, 3600].find((seconds) => starts.every((start) => start % seconds === 0));
  return (length ?? 60) * 1000;
}

const LONGER_THAN_ANY_BUCKET = 2 * 86_400;

/** Buckets of one length are found by arithmetic; days of 23 and 25 hours need their starts. */
function startSql(conditions: Conditions, starts: BucketStarts): string {
  const [first = 0, second = first + LONGER_THAN_ANY_BUCKET] = starts;
  const length = second - first;
  const isEven = starts.every((start, index) => start === first + index * length);
  if (!isEven) return `roundDown(second, ${conditions.bind('Array(Int64)', starts)})`;
  const origin = conditions.bind('Int64', first);
  return `${origin} + intDiv(second - ${origin}, ${conditions.bind('Int64', length)}) * ${conditions.bind('Int64', length)}`;
}
