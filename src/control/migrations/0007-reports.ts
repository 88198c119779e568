import type { Migration } from './migration.ts';

export const reports: Migration = {
  name: '0007-reports',
  up: [
    `create table reports (
      id text not null primary key,
      organization_id bigint not null references organizations (id),
      root_id bigint not null references organizations (id),
      type text not null check (type in ('activity', 'audit', 'consumption')),
      file_name text not null,
      filters text not null,
      question text not null,
      task_id bigint not null references tasks (id),
      requested_by text not null,
      state text not null check (state in ('pending', 'ready', 'failed', 'aborted', 'expired')),
      accepted_at text not null,
      started_at text,
      snapshot_at text,
      horizon bigint,
      finished_at text,
      expires_at text,
      file text,
      row_count bigint,
      bytes bigint,
      sha256 text,
      columns text,
      error text
    )`,
    'create index reports_by_organization on reports (organization_id, accepted_at)',
    'create index reports_by_state on reports (state, expires_at)',
  ],
};
