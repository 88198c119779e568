import type { PublicPromise } from '../promise.ts';

export const filesAreWhole: PublicPromise = {
  id: 'R14',
  claim: 'A file is complete or visibly not',
  figure:
    'connections cut at 1,000 random bytes: no short file that looks complete; rows and SHA-256 as its manifest says',
  missing: 'nothing measures it yet',
};
