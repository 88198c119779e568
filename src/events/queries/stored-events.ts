import { isIP } from 'node:net';
import { EVENT_KINDS, type EventKind, type EventPosition } from '../../model/event.ts';
import type { EventNumber } from '../../model/event-id.ts';
import {
  EVENT_TITLES,
  PEOPLE_TYPES,
  type StoredEventFilter,
  type StoredEventPage,
  type StoredEventSort,
} from '../../model/stored-event.ts';
import type { EventStore } from '../client.ts';
import { LABELLED } from '../facets.ts';
import { type ActivityRow, activityColumns } from './activity.ts';
import { type Condition, Conditions } from './condition.ts';

/** A whole event as the engine gives it. */
export interface StoredEventRow extends ActivityRow {
  format: string;
  record_type: string;
  name: string;
  /** Number of the identity it began at; 0 where the log names none. */
  source_identity: number;
  /** Number of the person; 0 likewise. */
  user_identity: number;
  raw: string;
}

/** Events of one organization up to a batch, from an instant on. */
export interface StoredEvents {
  readonly organizationId: number;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

const words = (texts: readonly string[]) => `[${texts.map((text) => `'${text.replaceAll("'", "\\'")}'`).join(', ')}]`;

// One expression each for what is answered, filtered and sorted by.
const NAME = `if(signature != '', toString(signature), if(kind IN ('endpoint', 'other') AND record_type != '', toString(record_type),
  transform(toString(kind), ${words(Object.keys(EVENT_TITLES))}, ${words(Object.values(EVENT_TITLES))}, '')))`;
const IS_PERSON = `has(${words(PEOPLE_TYPES)}, toString(t))`;
/** Number of the first identity that is no person; 0 where there is none. */
export const SOURCE_IDENTITY = `identity_ids[arrayFirstIndex(t -> NOT ${IS_PERSON}, identity_types)]`;
const USER_IDENTITY = `identity_ids[arrayFirstIndex(t -> ${IS_PERSON}, identity_types)]`;
export const SOURCE_ADDRESS = `if(src_ip != '', src_ip, nat_ip)`;

const EVERY_COLUMN = activityColumns(Object.keys(EVENT_KINDS) as EventKind[]);

const COLUMNS = `toUnixTimestamp64Micro(time) AS time_us, ${EVERY_COLUMN.join(', ')}, format, record_type, raw,
  ${NAME} AS name, ${SOURCE_IDENTITY} AS source_identity, ${USER_IDENTITY} AS user_identity`;

/** The events at these positions, in no particular order. */
export async function readStoredEventsAt(
  store: EventStore,
  { organizationId, sinceMs }: StoredEvents,
  positions: readonly EventPosition[],
): Promise<StoredEventRow[]> {
  if (positions.length === 0) return [];
  // A set made by a subquery finds its place in the primary key; a constant array would read everything.
  return store.query<StoredEventRow>(
    `SELECT ${COLUMNS} FROM events
    WHERE org = {org:UInt32} AND time >= ${SINCE} AND (time, seq, row) IN (
      SELECT fromUnixTimestamp64Micro(p.1, 'UTC'), p.2, p.3
      FROM (SELECT arrayJoin(arrayZip({times:Array(Int64)}, {seqs:Array(UInt64)}, {rows:Array(UInt32)})) AS p))`,
    {
      org: organizationId,
      since: sinceMs,
      times: positions.map(({ timeUs }) => timeUs),
      seqs: positions.map(({ seq }) => seq),
      rows: positions.map(({ row }) => row),
    },
  );
}

/** The event of that number; undefined where the organization has none. */
export async function readStoredEvent(
  store: EventStore,
  { organizationId, sinceMs }: StoredEvents,
  { seq, row }: EventNumber,
): Promise<StoredEventRow | undefined> {
  const [found] = await store.query<StoredEventRow>(
    `SELECT ${COLUMNS} FROM events
    WHERE org = {org:UInt32} AND time >= ${SINCE} AND seq = {seq:UInt64} AND row = {row:UInt32} LIMIT 1`,
    { org: organizationId, since: sinceMs, seq, row },
  );
  return found;
}

/** How many events the filter matches, and where those of the page stand, in their order. `page.moment` is a batch. */
export async function findStoredEvents(
  store: EventStore,
  events: StoredEvents,
  query: { readonly filter: StoredEventFilter; readonly page: StoredEventPage & { readonly moment: number } },
): Promise<{ total: number; positions: EventPosition[] }> {
  const { page } = query;
  const { sql, parameters } = await conditionOf(store, events, query);
  const [counted] = await store.query<{ total: number }>(
    `SELECT count() AS total FROM events WHERE ${sql}`,
    parameters,
  );
  const total = counted?.total ?? 0;
  if (page.offset >= total) return { total, positions: [] };
  const positions = await store.query<EventPosition>(
    `SELECT toUnixTimestamp64Micro(time) AS timeUs, seq, row FROM events WHERE ${sql}
    ORDER BY ${orderSql(page.sort)} LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
    { ...parameters, limit: page.limit, offset: page.offset },
  );
  return { total, positions };
}

const SINCE = "fromUnixTimestamp64Milli({since:Int64}, 'UTC')";

async function conditionOf(
  store: EventStore,
  { organizationId, sinceMs }: StoredEvents,
  { filter, page }: { readonly filter: StoredEventFilter; readonly page: { readonly moment: number } },
): Promise<Condition> {
  const conditions = new Conditions('f');
  conditions.add(`org = ${conditions.bind('UInt32', organizationId)}`);
  conditions.add(`seq <= ${conditions.bind('UInt64', page.moment)}`);
  addTimes(conditions, { ...filter, fromMs: Math.max(filter.fromMs ?? sinceMs, sinceMs) });
  addTexts(conditions, filter);
  const { users, sources } = filter;
  if (users !== undefined) addUsers(conditions, await identitiesNamed(store, organizationId, users));
  if (sources !== undefined) addSources(conditions, sources, await identitiesNamed(store, organizationId, sources));
  return conditions.build();
}

/** Numbers of the identities that have one of these labels. */
async function identitiesNamed(store: EventStore, org: number, labels: readonly string[]): Promise<bigint[]> {
  const rows = await store.query<{ key: string }>(
    `SELECT DISTINCT toString(labels.key) AS key FROM labels
    WHERE org = {org:UInt32} AND facet IN {facets:Array(UInt8)} AND label IN {labels:Array(String)}`,
    { org, facets: [LABELLED.identity, LABELLED.otherIdentity], labels },
  );
  return rows.map(({ key }) => BigInt(key));
}

/** Later than what the engine's times can be. */
const LAST_MS = Date.UTC(2250, 0);

function addTimes(conditions: Conditions, { fromMs = 0, toMs }: StoredEventFilter): void {
  const instant = (ms: number) =>
    `fromUnixTimestamp64Milli(${conditions.bind('Int64', Math.max(0, Math.min(ms, LAST_MS)))}, 'UTC')`;
  conditions.add(`time >= ${instant(fromMs)}`);
  if (toMs !== undefined) conditions.add(`time < ${instant(toMs + 1)}`);
}

function addTexts(conditions: Conditions, filter: StoredEventFilter): void {
  const list = (values: readonly string[]) => conditions.bind('Array(String)', values);
  if (filter.formats !== undefined) conditions.add(`format IN ${list(filter.formats)}`);
  if (filter.names !== undefined) conditions.add(`${NAME} IN ${list(filter.names)}`);
  if (filter.accounts !== undefined) conditions.add(`extra['account_name'] IN ${list(filter.accounts)}`);
}

// `hasAny` says nothing that the comparison behind it does not: it has an index.

function addUsers(conditions: Conditions, identities: readonly bigint[]): void {
  const place = conditions.bind('Array(UInt64)', identities);
  conditions.add(`hasAny(identity_ids, ${place}) AND ${USER_IDENTITY} IN ${place}`);
}

function addSources(conditions: Conditions, sources: readonly string[], identities: readonly bigint[]): void {
  const place = conditions.bind('Array(UInt64)', identities);
  const named = `hasAny(identity_ids, ${place}) AND ${SOURCE_IDENTITY} IN ${place}`;
  const addresses = sources.filter((source) => isIP(source) !== 0);
  const listed = `${SOURCE_IDENTITY} = 0 AND ${SOURCE_ADDRESS} IN ${conditions.bind('Array(String)', addresses)}`;
  conditions.add(addresses.length === 0 ? named : `${named} OR ${listed}`);
}

const SORT_SQL: Readonly<Record<StoredEventSort['field'], string>> = { occurred: 'time', received: 'seq', name: NAME };

/** What is not said goes like the last field that is, so that the default order is that of the primary key. */
function orderSql(sort: readonly StoredEventSort[]): string {
  const last = sort.at(-1)?.order ?? 'desc';
  const said = sort.map(({ field, order }) => ({ column: SORT_SQL[field], order }));
  const rest = ['time', 'seq', 'row'].filter((column) => said.every((term) => term.column !== column));
  const terms = [...said, ...rest.map((column) => ({ column, order: last }))];
  const first = { column: 'org', order: terms[0]?.order ?? last };
  return [first, ...terms].map(({ column, order }) => `${column} ${order === 'asc' ? 'ASC' : 'DESC'}`).join(', ');
}
