import type { PublicPromise } from '../promise.ts';

export const organizationsAreIsolated: PublicPromise = {
  id: 'R8',
  claim: 'One organization never sees another',
  figure: '35,000 probes made from the route tables: nothing of others, and the answer of what does not exist',
  missing: 'nothing measures it yet',
};
