import type { PublicPromise } from '../promise.ts';

export const incrementalReadingIsExact: PublicPromise = {
  id: 'R6',
  claim: 'A reader that comes back gets every event once',
  figure: 'events up to 7 days late, reader killed 50 times: each once',
  missing: 'nothing measures it yet',
};
