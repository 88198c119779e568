import { sql } from 'kysely';
import type { Actor } from '../../model/scope.ts';
import type { AuditEntryRow } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** The organizations whose users and clients a reader knows by name. Those of others are shown by the name of their organization. */
export type NamedWithin = readonly number[];

type ActorKey = Pick<Actor, 'type' | 'id'>;

/** Name that a reader is shown for the actor of a row of `audit_entries`, as SQL. */
export function shownLabel(within: NamedWithin) {
  return sql<string>`coalesce(${outsideOrganization(within)}, actor_label)`;
}

/** Whether the actor of a row of `audit_entries` is shown by its organization only, as SQL. */
export function isOutside(within: NamedWithin) {
  return sql<boolean>`${outsideOrganization(within)} is not null`;
}

function outsideOrganization(within: NamedWithin) {
  const known = sql.join(within.map((id) => sql`${id}`));
  const nameFrom = (table: 'users' | 'api_clients') => sql`(
    select organizations.name from ${sql.table(table)} as member
    inner join organizations on organizations.id = member.organization_id
    where member.id = actor_id and member.organization_id not in (${known})
  )`;
  return sql<
    string | null
  >`case actor_type when 'user' then ${nameFrom('users')} when 'client' then ${nameFrom('api_clients')} end`;
}

/**
 * Answers for an actor the name of its organization, where it is a user or client of an organization that the reader does not
 * know from inside; undefined for all others.
 */
export async function outsideNames(
  db: Db,
  actors: readonly ActorKey[],
  within: NamedWithin,
): Promise<(actor: ActorKey) => string | undefined> {
  const names = new Map<string, string>();
  for (const [type, table] of [
    ['user', 'users'],
    ['client', 'apiClients'],
  ] as const) {
    const ids = [...new Set(actors.filter((actor) => actor.type === type).map(({ id }) => id))];
    if (ids.length === 0) continue;
    const rows = await db
      .selectFrom(table)
      .innerJoin('organizations', 'organizations.id', `${table}.organizationId`)
      .select([`${table}.id`, 'organizations.name'])
      .where(`${table}.id`, 'in', ids)
      .where(`${table}.organizationId`, 'not in', within)
      .execute();
    for (const { id, name } of rows) names.set(`${type} ${id}`, name);
  }
  return ({ type, id }) => names.get(`${type} ${id}`);
}

/** Audit entries as a reader may see them: without names, network and e-mail addresses of people of other organizations. */
export async function withShownActors(
  db: Db,
  entries: readonly AuditEntryRow[],
  within: NamedWithin,
): Promise<AuditEntryRow[]> {
  const outsideName = await outsideNames(db, entries.map(actorKeyOf), within);
  return entries.map((entry) => {
    const actorLabel = outsideName(actorKeyOf(entry));
    if (actorLabel === undefined) return entry;
    return { ...entry, actorLabel, actorFrom: '', detail: withoutRecipients(entry.detail) };
  });
}

function actorKeyOf({ actorType, actorId }: AuditEntryRow): ActorKey {
  return { type: actorType as Actor['type'], id: actorId };
}

/** The e-mail addresses that the actor named as recipients belong to people as well. */
function withoutRecipients(detail: string | null): string | null {
  if (detail === null) return null;
  const { email: _email, emailList: _emailList, ...shown } = JSON.parse(detail) as Record<string, unknown>;
  return JSON.stringify(shown);
}
