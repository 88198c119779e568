import type { PublicPromise } from '../promise.ts';

export const alarmsAreCorrect: PublicPromise = {
  id: 'R21',
  claim: 'Alarms are what the rules say',
  figure: '1,000,000 events and 200 rules against a plain matcher, looked at 3 times: none missed, none twice',
  missing: 'nothing measures it yet',
};
