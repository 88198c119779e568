import type { PublicPromise } from '../promise.ts';

export const startsQuickly: PublicPromise = {
  id: 'R24',
  claim: 'It starts quickly',
  figure: 'ready within 1 s over 10,000,000 events; rolling restart: no request of 10,000 fails',
  missing: 'a check of a start over 10,000,000 rows; bench/rolling-restart.ts measures requests through restarts',
};
