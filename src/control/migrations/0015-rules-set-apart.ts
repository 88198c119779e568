import type { Migration } from './migration.ts';

/** Rules that fail by themselves are left out, with the reason; and since when detection as a whole fails. */
export const rulesSetApart: Migration = {
  name: '0015-rules-set-apart',
  up: [
    'alter table rules add column apart_at text',
    'alter table rules add column apart_reason text',
    'alter table rules add column apart_from_batch integer',
    'alter table rules add column apart_compiled text',
    'alter table detection_state add column failing_since text',
    'alter table detection_state add column failure text',
  ],
};
