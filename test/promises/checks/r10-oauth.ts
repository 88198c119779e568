import type { PublicPromise } from '../promise.ts';

export const oauthFollowsTheBook: PublicPromise = {
  id: 'R10',
  claim: 'OAuth follows its RFCs',
  figure: 'every MUST that applies of RFC 6749, 6750, 7009, 7662 and 8414; no secret in plain text at rest',
  missing: 'nothing measures it yet',
};
