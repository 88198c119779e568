import type { PublicPromise } from '../promise.ts';

export const numbersAgree: PublicPromise = {
  id: 'R22',
  claim: 'Summaries equal the events',
  figure: '1,000 random windows and filters: rollups equal the raw scan',
  missing: 'nothing measures it yet',
};
