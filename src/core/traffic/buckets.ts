import { readBandwidthBuckets, readCategoryBuckets, readRequestBuckets } from '../../events/queries/buckets.ts';
import type { TrafficQuestion } from '../../events/queries/traffic-source.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { BandwidthBucket, BucketStep, CategoryBucket, RequestBucket } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { bucketStarts } from './bucket-grid.ts';
import { byRequests } from './by-requests.ts';
import { categoryLabel, categoryReferences } from './category-references.ts';
import { trafficQuestion } from './traffic-question.ts';

export interface BucketRequest extends EventQuery {
  readonly step: BucketStep;
  /** IANA name; only days depend on it. */
  readonly timezone: string;
}

/** Requests over time: every bucket that the range touches, empty ones with zeros, ascending. */
export async function requestBuckets(context: Context, scope: Scope, request: BucketRequest): Promise<RequestBucket[]> {
  return requestBucketsOf(context, trafficQuestion(scope, request), request);
}

/** The same for a permitted question. */
export async function requestBucketsOf(
  context: Context,
  question: TrafficQuestion,
  request: BucketRequest,
): Promise<RequestBucket[]> {
  const starts = bucketStarts(request.range, request.step, request.timezone);
  const rows = await readRequestBuckets(context.events, question, starts.map(toSeconds));
  const byStart = new Map(rows.map(({ start, ...counts }) => [start * 1000, counts]));
  return starts.map((startMs) => ({ startMs, ...(byStart.get(startMs) ?? { requests: 0, allowed: 0, blocked: 0 }) }));
}

/** Requests of each category over time. Buckets without requests have no categories. */
export async function categoryBuckets(
  context: Context,
  scope: Scope,
  request: BucketRequest,
): Promise<CategoryBucket[]> {
  const question = trafficQuestion(scope, request);
  const starts = bucketStarts(request.range, request.step, request.timezone);
  const rows = await readCategoryBuckets(context.events, question, starts.map(toSeconds));
  const ids = rows.map((row) => row.category);
  const reference = await categoryReferences(context, question.organizationIds, ids);
  const order = byRequests<CategoryBucket['counts'][number]>(
    (count) => count.requests,
    (count) => categoryLabel(count.category),
  );
  const buckets = new Map<number, CategoryBucket['counts'][number][]>(starts.map((startMs) => [startMs, []]));
  for (const { start, category, requests } of rows)
    buckets.get(start * 1000)?.push({ category: reference(category), requests });
  return [...buckets].map(([startMs, counts]) => ({ startMs, counts: counts.sort(order) }));
}

/** Bytes of web requests over time. */
export async function bandwidthBuckets(
  context: Context,
  scope: Scope,
  request: BucketRequest,
): Promise<BandwidthBucket[]> {
  const question = trafficQuestion(scope, request, { kinds: ['web'] });
  const starts = bucketStarts(request.range, request.step, request.timezone);
  const rows = await readBandwidthBuckets(context.events, question, starts.map(toSeconds));
  const byStart = new Map(rows.map(({ start, ...bytes }) => [start * 1000, bytes]));
  return starts.map((startMs) => ({ startMs, ...(byStart.get(startMs) ?? { bytesIn: 0, bytesOut: 0 }) }));
}

function toSeconds(ms: number): number {
  return ms / 1000;
}
