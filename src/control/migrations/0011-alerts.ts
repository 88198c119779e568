import type { Migration } from './migration.ts';

const SHARED = `
    organization_id bigint not null references organizations (id),
    type text not null,
    cause text not null,
    severity text not null check (severity in ('error', 'warning')),
    status text not null check (status in ('active', 'cleared')),
    notes text not null,
    raised_at text not null,
    updated_at text not null,
    cleared_at text,
    parent_id text not null,
    parent_type text not null,
    parent_value text not null`;

export const alerts: Migration = {
  name: '0011-alerts',
  up: [
    // `evidence_us` and `amiss` are what the logs say; `dismissed_us` is how far that had come when somebody cleared it.
    `create table alerts (
    id text not null primary key,${SHARED},
    primary_id text not null,
    primary_type text not null,
    primary_value text not null,
    folded_value text not null,
    description text not null,
    variables text not null,
    raised_count bigint not null,
    evidence_us bigint not null,
    amiss integer not null check (amiss in (0, 1)),
    dismissed_us bigint,
    consolidated_id text not null
  )`,
    'create index alerts_by_organization on alerts (organization_id, raised_at, id)',
    'create index alerts_by_consolidated on alerts (consolidated_id, status)',
    `create table consolidated_alerts (
    id text not null primary key,${SHARED},
    active_entities bigint not null,
    cleared_entities bigint not null
  )`,
    'create index consolidated_alerts_by_organization on consolidated_alerts (organization_id, raised_at, id)',
    'create index alarms_by_change on alarms (from_change)',
  ],
};
