import type { PublicPromise } from '../promise.ts';

export const inputIsNoSql: PublicPromise = {
  id: 'R17',
  claim: 'Input never becomes SQL',
  figure: '100,000 hostile values in every parameter: no syntax error of a store, no answer of 500 and above',
  missing: 'nothing measures it yet',
};
