import type { Migration } from './migration.ts';

export const securityReports: Migration = {
  name: '0003-security-reports',
  up: [
    `create table security_reports (
      id text not null primary key,
      organization_id bigint not null references organizations (id),
      requested_by text not null,
      email text not null,
      start_date text not null,
      end_date text not null,
      state text not null check (state in ('pending', 'ready', 'failed')),
      error text,
      body text,
      created_at text not null,
      finished_at text
    )`,
    'create index security_reports_by_organization on security_reports (organization_id, created_at)',
  ],
};
