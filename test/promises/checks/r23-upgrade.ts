import type { PublicPromise } from '../promise.ts';

export const upgradesAndRestoresAreExact: PublicPromise = {
  id: 'R23',
  claim: 'Upgrades and restores are exact',
  figure:
    'data of earlier releases opens, a restored backup has equal checksums, a downgrade refuses and changes nothing',
  missing: 'nothing measures it yet',
};
