import type { Migration } from './migration.ts';

const ORGANIZATIONS = [
  `create table organizations (
    id bigint not null primary key,
    uuid text not null unique,
    slug text not null unique,
    name text not null,
    parent_id bigint references organizations (id),
    created_at text not null
  )`,
  // Roots have no parent, and null never equals null in a unique index.
  'create unique index organizations_by_name on organizations (coalesce(parent_id, 0), name)',
];

const PEOPLE_AND_CLIENTS = [
  `create table users (
    id text not null primary key,
    email text not null unique,
    name text not null,
    password_hash text not null,
    role text not null check (role in ('manager', 'analyst', 'viewer')),
    organization_id bigint not null references organizations (id),
    enabled integer not null check (enabled in (0, 1)),
    created_at text not null,
    last_sign_in_at text
  )`,
  'create index users_by_organization on users (organization_id)',
  `create table api_clients (
    id text not null primary key,
    secret_hash text not null,
    name text not null,
    owner_user_id text references users (id),
    organization_id bigint not null references organizations (id),
    api text,
    scopes text,
    enabled integer not null check (enabled in (0, 1)),
    created_at text not null,
    created_by text not null,
    last_used_at text
  )`,
  'create index api_clients_by_organization on api_clients (organization_id)',
  `create table tokens (
    id text not null primary key,
    client_id text not null references api_clients (id),
    organization_id bigint not null references organizations (id),
    issued_at text not null,
    expires_at text not null,
    revoked_at text
  )`,
  'create index tokens_by_client on tokens (client_id)',
  'create index tokens_by_expiry on tokens (expires_at)',
];

const INGEST = [
  `create table imports (
    id text not null primary key,
    organization_id bigint not null references organizations (id),
    path text not null,
    format text,
    actor text not null,
    state text not null check (state in ('running', 'finished', 'failed')),
    receipt text,
    reason text,
    started_at text not null,
    finished_at text
  )`,
  'create index imports_by_organization on imports (organization_id, started_at)',
  `create table batches (
    seq bigint not null primary key,
    organization_id bigint not null references organizations (id),
    import_id text references imports (id),
    format text not null,
    variant text not null,
    token text not null unique,
    start_hash text not null,
    start_offset bigint not null,
    end_offset bigint not null,
    end_hash text not null,
    first_line bigint not null,
    lines bigint not null,
    context text,
    timezone text,
    settings text not null,
    spool_path text,
    state text not null check (state in ('open', 'committed', 'set_aside')),
    owner text,
    lease_until text,
    attempts integer not null,
    received bigint not null,
    stored bigint not null,
    rejected bigint not null,
    ignored bigint not null,
    opened_at text not null,
    committed_at text,
    reason text
  )`,
  'create index batches_by_state on batches (state, seq)',
  'create index batches_by_start on batches (organization_id, format, start_hash)',
  'create index batches_by_import on batches (import_id)',
];

const JOBS = [
  `create table jobs (
    id text not null primary key,
    kind text not null,
    payload text not null,
    organization_id bigint references organizations (id),
    key text,
    state text not null check (state in ('queued', 'running', 'succeeded', 'failed')),
    run_at text not null,
    attempts integer not null,
    max_attempts integer,
    owner text,
    lease_until text,
    last_error text,
    created_at text not null,
    finished_at text
  )`,
  'create index jobs_by_state on jobs (state, run_at)',
  `create unique index jobs_by_live_key on jobs (key) where state in ('queued', 'running')`,
  `create table schedules (
    name text not null primary key,
    last_tick text not null
  )`,
];

const BOOKS = [
  `create table audit_entries (
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
    result text not null check (result in ('success', 'failure')),
    detail text,
    prev_hash text not null,
    hash text not null
  )`,
  'create index audit_entries_by_organization on audit_entries (organization_id, seq)',
  `create table audit_head (
    id integer not null primary key check (id = 1),
    seq bigint not null,
    hash text not null
  )`,
  `insert into audit_head (id, seq, hash) values (1, 0, '')`,
  `create table settings (
    key text not null primary key,
    value text not null
  )`,
  `create table counters (
    name text not null primary key,
    value bigint not null
  )`,
  `insert into counters (name, value) values ('organization', 1000000), ('batch', 0)`,
];

export const begin: Migration = {
  name: '0001-begin',
  up: [...ORGANIZATIONS, ...PEOPLE_AND_CLIENTS, ...INGEST, ...JOBS, ...BOOKS],
};
