import type { PublicPromise } from '../promise.ts';

export const schemaDriftIsHarmless: PublicPromise = {
  id: 'R18',
  claim: 'New columns in a log never stop its import',
  figure:
    'every published version of the Umbrella logs and one invented later one: all rows stored, unknown columns kept',
  missing: 'nothing measures it yet',
};
