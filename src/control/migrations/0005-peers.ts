import type { Migration } from './migration.ts';

export const peers: Migration = {
  name: '0005-peers',
  up: [
    `create table peers (
      id text not null primary key,
      organization_id bigint not null unique references organizations (id),
      url text not null,
      client_id text not null,
      sealed_secret text not null,
      joined_at text not null,
      enabled integer not null check (enabled in (0, 1)),
      last_answered_at text,
      last_error text,
      cursor text not null,
      next_attempt_at text not null,
      failures integer not null,
      owner text,
      lease_until text
    )`,
    'create index peers_by_attempt on peers (next_attempt_at)',
  ],
};
