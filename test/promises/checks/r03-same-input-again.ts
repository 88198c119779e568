import type { PublicPromise } from '../promise.ts';

export const sameInputIsStoredOnce: PublicPromise = {
  id: 'R3',
  claim: 'Sending the same input again is safe',
  figure: '10 times, at once and across a restart: stored once',
  missing: 'nothing measures it yet',
};
