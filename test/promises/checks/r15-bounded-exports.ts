import type { PublicPromise } from '../promise.ts';

export const exportsAreBounded: PublicPromise = {
  id: 'R15',
  claim: 'Exports take bounded memory',
  figure: '10,000,000 rows: memory grows by less than 100 MB, first byte within 300 ms, at least 300,000 rows/s',
  missing: 'nothing measures it yet',
};
