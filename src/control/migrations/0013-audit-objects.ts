import type { Migration } from './migration.ts';

/** The history of one object is read often; the index for it went with a table that 0006 made anew. */
export const auditObjects: Migration = {
  name: '0013-audit-objects',
  up: ['create index audit_entries_by_object on audit_entries (object_type, object_id, seq)'],
};
