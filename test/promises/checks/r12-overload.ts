import type { PublicPromise } from '../promise.ts';

export const overloadIsRefused: PublicPromise = {
  id: 'R12',
  claim: 'Overload slows or refuses senders and loses nothing',
  figure:
    '10 minutes at 3 times the capacity: nothing acknowledged is lost, memory below 1.5 GB, normal again within 10 s',
  missing: 'nothing measures it yet',
};
