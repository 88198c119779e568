import type { Scope } from '../../model/scope.ts';
import type { RequestBucket } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { type BucketRequest, requestBucketsOf } from '../traffic/buckets.ts';
import { customerQuestion } from './customers-of.ts';

/** Requests of all customers over time: every bucket that the range touches, empty ones with zeros, ascending. */
export async function requestBuckets(context: Context, scope: Scope, request: BucketRequest): Promise<RequestBucket[]> {
  const { question } = await customerQuestion(context, scope, request);
  return requestBucketsOf(context, question, request);
}
