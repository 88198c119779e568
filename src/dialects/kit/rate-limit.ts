import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

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

/** So many requests of one key in each window that begins with its first one; `limit` 0 is no limit. */
export function rateLimit(limit: number, windowSeconds: number): RateLimit {
  if (limit === 0) return async () => undefined;
  const limiter = new RateLimiterMemory({ points: limit, duration: windowSeconds });
  return async (key) => {
    try {
      return allowance(await limiter.consume(key), limit, true);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return allowance(refusal, limit, false);
      throw refusal;
    }
  };
}

function allowance(state: RateLimiterRes, limit: number, granted: boolean): Allowance {
  const resetSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
  return { limit, remaining: Math.max(0, state.remainingPoints), resetSeconds, granted };
}
