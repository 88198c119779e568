import type { PublicPromise } from '../promise.ts';

export const rateLimitsAreExact: PublicPromise = {
  id: 'R11',
  claim: 'Rate limits are exact and fair',
  figure:
    '5 a second over 60 s admit 300, one more or less; 429 always with `Retry-After`; one organization at 20 times its limit slows others by less than 10 % (p99)',
  missing: 'nothing measures it yet',
};
