import type { PublicPromise } from '../promise.ts';

export const retentionIsKept: PublicPromise = {
  id: 'R19',
  claim: 'Retention is kept both ways',
  figure: '1,000 random policies: what is too old is not shown and goes, nothing younger does',
  missing: 'nothing measures it yet',
};
