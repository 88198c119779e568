import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Control } from '../../control/database.ts';
import {
  countRequest,
  forgetEndedCounts,
  prepareRequestCounts,
  type RequestCount,
} from '../../control/repos/request-counts.ts';

/** Counts a request of `key` in a window that begins with its first one. */
export type CountRequest = (key: string, windowMs: number) => Promise<RequestCount>;

/** Counts for all processes together where the control database is shared, else in this one's memory. */
export async function countRequests({ db, shared }: Control): Promise<CountRequest> {
  if (!shared) return countInMemory();
  await prepareRequestCounts(db);
  return (key, windowMs) => countRequest(db, key, windowMs);
}

/** Forgets windows that ended. */
export async function forgetEndedRequestCounts({ db, shared }: Control): Promise<void> {
  if (shared) await forgetEndedCounts(db);
}

function countInMemory(): CountRequest {
  const limiters = new Map<number, RateLimiterMemory>();
  return async (key, windowMs) => {
    const limiter = limiters.get(windowMs) ?? new RateLimiterMemory({ points: UNLIMITED, duration: windowMs / 1000 });
    limiters.set(windowMs, limiter);
    const { consumedPoints, msBeforeNext } = await limiter.consume(key);
    return { used: consumedPoints, endsInMs: msBeforeNext };
  };
}

/** What is too many is for those to say who ask. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;
