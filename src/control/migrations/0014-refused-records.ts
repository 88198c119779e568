import type { Migration } from './migration.ts';

/** Records of an open batch that the engine fails on and that are loaded as rejects, as JSON. */
export const refusedRecords: Migration = {
  name: '0014-refused-records',
  up: ['alter table batches add column refused text'],
};
