import type { Migration } from './migration.ts';

const RULES = [
  `create table rules (
    id text not null primary key,
    pack text not null,
    file text not null,
    title text not null,
    text text not null,
    enabled integer not null check (enabled in (0, 1)),
    loaded_at text not null
  )`,
  'create index rules_by_pack on rules (pack, title)',
  `create table detection_state (
    name text not null primary key,
    watermark bigint not null
  )`,
];

// Every change of an alarm closes its row and adds another: a list can then be read page by page as it was at one moment.
// `to_change` of the current row is 9007199254740991. Closed rows are forgotten when nobody can be reading them any more.
// What no list is filtered or sorted by is long, and kept once: `alarm_details`.
const ALARMS = [
  `create table alarms (
    id text not null,
    from_change bigint not null,
    to_change bigint not null,
    superseded_at text,
    organization_id bigint not null references organizations (id),
    rule_id text not null,
    intent text not null,
    strategy text not null,
    method text not null,
    priority integer not null,
    group_key text not null,
    window_start_ms bigint not null,
    events bigint not null,
    first_event_us bigint not null,
    last_event_us bigint not null,
    sensors text not null,
    received_ms bigint not null,
    status text not null check (status in ('open', 'in_review', 'closed')),
    suppressed integer not null check (suppressed in (0, 1)),
    labels text not null,
    peer_id text,
    primary key (id, from_change)
  )`,
  `create table alarm_details (
    alarm_id text not null primary key,
    rule text not null,
    positions text not null,
    sources text not null,
    destinations text not null,
    document text
  )`,
  // One version at a time.
  'create unique index alarms_by_end on alarms (id, to_change)',
  // Counts and sorts the usual lists without a look at the rows.
  `create index alarms_by_organization on alarms
    (organization_id, to_change, from_change, last_event_us, id, status, suppressed, priority)`,
  'create index alarms_superseded on alarms (superseded_at) where superseded_at is not null',
  `create table alarm_matches (
    alarm_id text not null,
    batch_seq bigint not null,
    evidence text not null,
    primary key (alarm_id, batch_seq)
  )`,
  // `alarm_forgotten` is the oldest change after which every version is still there.
  `insert into counters (name, value) values ('alarm_change', 0), ('alarm_forgotten', 0)`,
];

const PEOPLES_MARKS = [
  `create table labels (
    id text not null primary key,
    organization_id bigint not null references organizations (id),
    name text not null,
    created_at text not null,
    unique (organization_id, name)
  )`,
  `create table alarm_notes (
    id text not null primary key,
    alarm_id text not null,
    organization_id bigint not null references organizations (id),
    text text not null,
    author text not null,
    created_at text not null
  )`,
  'create index alarm_notes_by_alarm on alarm_notes (alarm_id, created_at)',
  `create table suppression_rules (
    id text not null primary key,
    organization_id bigint not null references organizations (id),
    name text not null,
    match text not null,
    enabled integer not null check (enabled in (0, 1)),
    created_at text not null
  )`,
  'create index suppression_rules_by_organization on suppression_rules (organization_id)',
];

const HISTORY = ['create index audit_entries_by_object on audit_entries (object_type, object_id, seq)'];

export const alarms: Migration = { name: '0004-alarms', up: [...RULES, ...ALARMS, ...PEOPLES_MARKS, ...HISTORY] };
