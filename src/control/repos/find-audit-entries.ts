import { type ExpressionBuilder, sql } from 'kysely';
import type { AuditEntryRow, AuditResult, Tables } from '../tables.ts';
import type { Db } from '../transaction.ts';
import { isOutside, type NamedWithin, shownLabel, withShownActors } from './actor-names.ts';

/** Which entries; all that is given must hold, and an empty list is met by none. */
export interface AuditFilter {
  readonly organizationIds: readonly number[];
  /** ISO 8601 instants with milliseconds; `from` inclusive. */
  readonly from: string;
  readonly before?: string;
  readonly actions?: readonly string[];
  readonly results?: readonly AuditResult[];
  /**
   * Organizations whose users and clients the reader knows by name; all where absent. Those of others are shown, and found, by the
   * name of their organization, without an address.
   */
  readonly namedWithin?: NamedWithin;
  /** Labels of those who acted; empty for the system itself. */
  readonly actors?: readonly string[];
  /** Remote address; empty for the system itself and for what was done on the spot. */
  readonly address?: string;
  readonly objectTypes?: readonly string[];
  readonly objects?: AuditedObjects;
  /** Parts of the object's label, any of them; in ASCII, upper and lower case are the same. */
  readonly labelParts?: readonly string[];
}

/** Organizations are named by number, everything else by id. */
export interface AuditedObjects {
  readonly ids: readonly string[];
  readonly organizationIds: readonly number[];
}

export interface FoundEntries {
  readonly total: number;
  /** Newest first. */
  readonly entries: readonly AuditEntryRow[];
}

/** One page of the trail, and how many entries there are in all. */
export async function findAuditEntries(
  db: Db,
  filter: AuditFilter,
  rows: { readonly limit: number; readonly offset: number },
): Promise<FoundEntries> {
  if (isEmpty(filter)) return { total: 0, entries: [] };
  const matching = entriesMeeting(db, filter);
  const { total } = await matching
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  if (rows.offset >= total) return { total, entries: [] };
  const { limit, offset } = rows;
  const entries = await matching.selectAll().orderBy('seq', 'desc').limit(limit).offset(offset).execute();
  return { total, entries: await shownTo(db, entries, filter) };
}

/** The entries that follow downwards after one, newest first: a walk of the trail in steps, without counting. */
export async function entriesBelow(
  db: Db,
  filter: AuditFilter,
  { belowSeq, limit }: { readonly belowSeq: number; readonly limit: number },
): Promise<AuditEntryRow[]> {
  const below = entriesMeeting(db, filter).where('seq', '<', belowSeq);
  return shownTo(db, await below.selectAll().orderBy('seq', 'desc').limit(limit).execute(), filter);
}

function shownTo(
  db: Db,
  entries: AuditEntryRow[],
  { namedWithin }: AuditFilter,
): AuditEntryRow[] | Promise<AuditEntryRow[]> {
  return namedWithin === undefined ? entries : withShownActors(db, entries, namedWithin);
}

/** Number of the newest entry; 0 where there is none. */
export async function newestEntry(db: Db): Promise<number> {
  const { seq } = await db.selectFrom('auditHead').select('seq').executeTakeFirstOrThrow();
  return seq;
}

function entriesMeeting(db: Db, filter: AuditFilter) {
  return db.selectFrom('auditEntries').where((where) => where.and(conditionsOf(where, filter)));
}

/** What has been done in some organizations since an instant, each action once. */
export async function actionsIn(
  db: Db,
  { organizationIds, from }: { readonly organizationIds: readonly number[]; readonly from: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom('auditEntries')
    .select('action')
    .distinct()
    .where('organizationId', 'in', organizationIds)
    .where('time', '>=', from)
    .execute();
  return rows.map(({ action }) => action);
}

function isEmpty({ organizationIds, actions, results, actors, objectTypes }: AuditFilter): boolean {
  return [organizationIds, actions, results, actors, objectTypes].some((list) => list?.length === 0);
}

type Where = ExpressionBuilder<Tables, 'auditEntries'>;

const NOT_PEOPLE = sql<boolean>`actor_type = 'system'`;

function shownActor(within: NamedWithin | undefined) {
  const label = within === undefined ? sql`actor_label` : shownLabel(within);
  return sql<string>`case when ${NOT_PEOPLE} then '' else ${label} end`;
}

function shownAddress(within: NamedWithin | undefined) {
  const isHidden = within === undefined ? NOT_PEOPLE : sql`${NOT_PEOPLE} or ${isOutside(within)}`;
  return sql<string>`case when ${isHidden} or actor_from = 'local' then '' else actor_from end`;
}

const SHOWN_LABEL = sql<string>`lower(coalesce(object_label, object_id))`;

function conditionsOf(where: Where, filter: AuditFilter) {
  const { before, actions, results, actors, address, objectTypes, objects, labelParts } = filter;
  return [
    where('organizationId', 'in', filter.organizationIds),
    where('time', '>=', filter.from),
    ...(before === undefined ? [] : [where('time', '<', before)]),
    ...(actions === undefined ? [] : [where('action', 'in', actions)]),
    ...(results === undefined ? [] : [where('result', 'in', results)]),
    ...(actors === undefined ? [] : [where(shownActor(filter.namedWithin), 'in', actors)]),
    ...(address === undefined ? [] : [where(shownAddress(filter.namedWithin), '=', address)]),
    ...(objectTypes === undefined ? [] : [where('objectType', 'in', objectTypes)]),
    ...(objects === undefined ? [] : [isOneOf(where, objects)]),
    ...(labelParts === undefined
      ? []
      : [where.or(labelParts.map((part) => where(SHOWN_LABEL, 'like', holding(part))))]),
  ];
}

function isOneOf(where: Where, { ids, organizationIds }: AuditedObjects) {
  return where.or([
    ...ids.map((id) => where.and([where('objectType', '!=', 'organization'), where('objectId', '=', id)])),
    ...organizationIds.map((id) =>
      where.and([where('objectType', '=', 'organization'), where('objectId', '=', String(id))]),
    ),
  ]);
}

function holding(part: string) {
  const literal = part.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
  return sql<string>`${`%${literal}%`} escape '\\'`;
}
