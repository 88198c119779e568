import type { PublicPromise } from '../promise.ts';

export const reportsFinishOnce: PublicPromise = {
  id: 'R13',
  claim: 'Reports finish exactly once',
  figure: '200 reports, the process killed every 5 s: each finishes once or fails with a reason',
  missing: 'nothing measures it yet',
};
