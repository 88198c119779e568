import type { PublicPromise } from '../promise.ts';

export const guardsAreTested: PublicPromise = {
  id: 'R26',
  claim: 'The guards are tested',
  figure:
    'at least 95 % branch coverage and 80 % mutation score in authentication, tenancy, cursors, ledger and rejects',
  missing:
    'tools that take the branch coverage and the mutation score of these files; their tests run with all others, without either figure',
};
