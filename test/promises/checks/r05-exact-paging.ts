import type { PublicPromise } from '../promise.ts';

export const pagingIsExact: PublicPromise = {
  id: 'R5',
  claim: 'Paging by cursor is exact while events arrive',
  figure: '1,000,000 events, 10,000 of them in one millisecond, 20 page sizes, a writer, a restart: no repeat, no gap',
  missing: 'nothing measures it yet',
};
