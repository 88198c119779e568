import * as traffic from '../../../core/traffic/index.ts';
import type { BucketStep } from '../../../model/traffic.ts';
import { type Call, questionOf, stepOf, timezoneOf } from '../call.ts';
import { toCategory, toCounts } from '../mapping/objects.ts';
import { clockIn } from '../time.ts';
import type { Answer } from './route.ts';

// Every bucket of the range, empty ones included; `limit` and `offset` do not count (section 12, 21).

export const requestsByHour = (call: Call) => requestBuckets(call, 'hour', traffic.requestBuckets);
export const requestsByTimerange = (call: Call) => requestBuckets(call, stepOf(call), traffic.requestBuckets);
export const categoriesByHour = (call: Call) => categories(call, 'hour');
export const categoriesByTimerange = (call: Call) => categories(call, stepOf(call));
export const bandwidthByHour = (call: Call) => bandwidth(call, 'hour');
export const bandwidthByTimerange = (call: Call) => bandwidth(call, stepOf(call));

function bucketQuestion(call: Call, step: BucketStep) {
  return { ...questionOf(call), step, timezone: timezoneOf(call) };
}

/** @param read whose requests */
export async function requestBuckets(
  call: Call,
  step: BucketStep,
  read: typeof traffic.requestBuckets,
): Promise<Answer> {
  const question = bucketQuestion(call, step);
  const clock = clockIn(question.timezone);
  const buckets = await read(call.context, call.scope, question);
  return {
    data: buckets.map((bucket) => ({ ...clock(bucket.startMs), count: bucket.requests, counts: toCounts(bucket) })),
  };
}

async function categories(call: Call, step: BucketStep): Promise<Answer> {
  const question = bucketQuestion(call, step);
  const clock = clockIn(question.timezone);
  const buckets = await traffic.categoryBuckets(call.context, call.scope, question);
  return {
    data: buckets.map(({ startMs, counts }) => ({
      ...clock(startMs),
      counts: counts.map(({ category, requests }) => ({ category: toCategory(category), requests })),
    })),
  };
}

async function bandwidth(call: Call, step: BucketStep): Promise<Answer> {
  const question = bucketQuestion(call, step);
  const clock = clockIn(question.timezone);
  const buckets = await traffic.bandwidthBuckets(call.context, call.scope, question);
  return {
    data: buckets.map(({ startMs, bytesIn, bytesOut }) => ({
      ...clock(startMs),
      inboundbytes: bytesIn,
      outboundbytes: bytesOut,
    })),
  };
}
