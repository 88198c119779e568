import type { PublicPromise } from '../promise.ts';

export const incrementalReadingIsExact: PublicPromise = {
  id: 'R6',
  claim: 'A reader that comes back gets every event once',
  figure: 'events up to 7 days late, reader killed 50 times: each once',
  missing:
    'an API that reads events in the order of their arrival: all read by the time of the event, so that a reader that comes back cannot ask for what came late',
};
