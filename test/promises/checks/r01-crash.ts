import type { PublicPromise } from '../promise.ts';

export const acknowledgedEventsSurviveCrashes: PublicPromise = {
  id: 'R1',
  claim: 'What was acknowledged survives `kill -9`',
  figure: '100 kills during imports: none lost, none twice',
  missing: 'nothing measures it yet',
};
