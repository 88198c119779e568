import type { Migration } from './migration.ts';

/** One row at most; nothing that people set, and nothing that the audit trail may hold. */
export const installationKey: Migration = {
  name: '0008-installation-key',
  up: [
    `create table installation_key (
      id integer not null primary key check (id = 1),
      key text not null
    )`,
  ],
};
