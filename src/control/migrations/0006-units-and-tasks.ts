import type { Migration } from './migration.ts';

/** An organization that was deleted keeps its row, so that what it left behind has a name; its name is free again. */
const ORGANIZATIONS = [
  `alter table organizations add column description text not null default ''`,
  'alter table organizations add column archived_at text',
  'drop index organizations_by_name',
  'create unique index organizations_by_name on organizations (coalesce(parent_id, 0), name) where archived_at is null',
  `create table organization_members (
    organization_id bigint not null references organizations (id),
    user_id text not null references users (id),
    role text not null,
    added_at text not null,
    primary key (organization_id, user_id)
  )`,
  `create table organization_assets (
    organization_id bigint not null references organizations (id),
    type text not null,
    id text not null,
    parent_type text,
    parent_id text,
    primary key (organization_id, type, id)
  )`,
];

const CLIENTS = ['alter table api_clients add column expires_at text'];

const TASKS = [
  `create table tasks (
    id bigint not null primary key,
    type text not null,
    category text not null,
    status text not null
      check (status in ('queued', 'in_progress', 'completed', 'failed', 'aborting', 'aborted')),
    abortable integer not null check (abortable in (0, 1)),
    progress integer not null check (progress between 0 and 100),
    organization_id bigint not null references organizations (id),
    primary_entity text,
    parent_entity text,
    job_id text,
    error text,
    created_at text not null,
    started_at text,
    ended_at text
  )`,
  'create index tasks_by_organization on tasks (organization_id, created_at)',
  `insert into counters (name, value) values ('task', 100)`,
];

/** The trail as it was, with one more result; neither rows nor hashes change. */
const AUDIT = [
  `create table audit_entries_with_partial_success (
    seq bigint not null primary key,
    time text not null,
    actor_type text not null,
    actor_id text not null,
    actor_label text not null,
    actor_from text not null,
    actor_via text not null,
    action text not null,
    object_type text not null,
    object_id text not null,
    object_label text,
    organization_id bigint,
    result text not null check (result in ('success', 'failure', 'partial_success')),
    detail text,
    prev_hash text not null,
    hash text not null
  )`,
  `insert into audit_entries_with_partial_success
    select seq, time, actor_type, actor_id, actor_label, actor_from, actor_via, action, object_type, object_id,
      object_label, organization_id, result, detail, prev_hash, hash
    from audit_entries`,
  'drop table audit_entries',
  'alter table audit_entries_with_partial_success rename to audit_entries',
  'create index audit_entries_by_organization on audit_entries (organization_id, seq)',
];

export const unitsAndTasks: Migration = {
  name: '0006-units-and-tasks',
  up: [...ORGANIZATIONS, ...CLIENTS, ...TASKS, ...AUDIT],
};
