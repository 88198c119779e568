import type { PublicPromise } from '../promise.ts';

export const everyRouteHasAPolicy: PublicPromise = {
  id: 'R9',
  claim: 'Every route says who may use it',
  figure: 'every route of every API, for every kind of caller',
  missing: 'nothing measures it yet',
};
