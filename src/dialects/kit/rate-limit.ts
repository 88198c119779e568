import { LRUCache } from 'lru-cache';
import type { CountRequest } from '../../core/limits/index.ts';

/** Where a caller stands after one more request. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the count begins anew, at least 1. */
  readonly resetSeconds: number;
  /** False when this request is over the limit. */
  readonly granted: boolean;
}

/** Counts a request of `key`. Undefined where there is no limit. */
export type RateLimit = (key: string | number) => Promise<Allowance | undefined>;

export interface RateLimitRule {
  /** Keys of one name count together, in all processes. */
  readonly name: string;
  /** 0 is no limit. */
  readonly limit: number;
  readonly windowSeconds: number;
}

/** So many requests of one key in each window that begins with its first one. */
export function rateLimit(countRequest: CountRequest, { name, limit, windowSeconds }: RateLimitRule): RateLimit {
  if (limit === 0) return async () => undefined;
  // Who is over the limit stays so until the window ends: that need not be asked again.
  const exceeded = new LRUCache<string, number>({ max: 10_000 });
  return async (key) => {
    // Keys may be what strangers send.
    const counted = `${name} ${key}`.slice(0, 200);
    const known = exceeded.get(counted) ?? 0;
    if (known > performance.now()) return allowance(limit, limit + 1, known - performance.now());
    const { used, endsInMs } = await countRequest(counted, windowSeconds * 1000);
    if (used > limit) exceeded.set(counted, performance.now() + endsInMs);
    return allowance(limit, used, endsInMs);
  };
}

function allowance(limit: number, used: number, endsInMs: number): Allowance {
  const resetSeconds = Math.max(1, Math.ceil(endsInMs / 1000));
  return { limit, remaining: Math.max(0, limit - used), resetSeconds, granted: used <= limit };
}
