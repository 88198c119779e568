import type { PublicPromise } from '../promise.ts';

export const acknowledgedEventsSurvivePowerCuts: PublicPromise = {
  id: 'R2',
  claim: 'What was acknowledged survives a power cut',
  figure: '50 cuts that drop every byte not synced: none lost',
  missing: 'nothing measures it yet',
};
