import type { PublicPromise } from '../promise.ts';

export const guardsAreTested: PublicPromise = {
  id: 'R26',
  claim: 'The guards are tested',
  figure:
    'at least 95 % branch coverage and 80 % mutation score in authentication, tenancy, cursors, ledger and rejects',
  missing: 'no coverage and no mutation score is taken yet',
};
