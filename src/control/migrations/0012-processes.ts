import type { Migration } from './migration.ts';

/** Which processes work on this installation, and what only one of them may do at a time. */
export const processes: Migration = {
  name: '0012-processes',
  up: [
    `create table processes (
      id text not null primary key,
      host text not null,
      pid integer not null,
      roles text not null,
      version text not null,
      events text not null,
      landing text not null,
      token_key text not null,
      started_at text not null,
      seen_at text not null
    )`,
    `create table leases (
      name text not null primary key,
      owner text not null,
      lease_until text not null
    )`,
    'alter table imports add column owner text',
    'create index batches_by_owner on batches (owner)',
    'create index imports_by_state on imports (state)',
  ],
};
