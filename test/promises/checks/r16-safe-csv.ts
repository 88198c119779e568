import type { PublicPromise } from '../promise.ts';

export const csvIsSafe: PublicPromise = {
  id: 'R16',
  claim: 'CSV files hold no formulas',
  figure: 'every cell of a corpus of formula beginnings is neutralised',
  missing: 'nothing measures it yet',
};
