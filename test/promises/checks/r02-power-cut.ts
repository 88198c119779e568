import type { PublicPromise } from '../promise.ts';

export const acknowledgedEventsSurvivePowerCuts: PublicPromise = {
  id: 'R2',
  claim: 'What was acknowledged survives a power cut',
  figure: '50 cuts that drop every byte not synced: none lost',
  missing:
    'a check that cuts the power while inputs are acknowledged; that each batch is synced before it is acknowledged is all that is known',
};
