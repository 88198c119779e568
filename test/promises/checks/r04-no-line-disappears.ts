import type { PublicPromise } from '../promise.ts';

export const noLineDisappears: PublicPromise = {
  id: 'R4',
  claim: 'No line disappears',
  figure:
    '1,000,000 mutated lines: stored + rejected + ignored + duplicate = sent; every reject with reason, place and bytes; no crash',
  missing: 'nothing measures it yet',
};
