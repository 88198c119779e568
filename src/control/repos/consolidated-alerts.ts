import { sql } from 'kysely';
import type { AlertRow, ConsolidatedAlertRow } from '../alert-rows.ts';
import type { Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';

/** Makes consolidated alerts what their members come to; what people wrote on them stays. One without members goes. */
export async function refreshConsolidated(trx: Trx, ids: readonly string[]): Promise<void> {
  for (const some of chunks(ids, 1000)) {
    const notes = await notesOf(trx, some);
    const rows = (await membersOf(trx, some)).map((members) => toRow(members, notes.get(members.id) ?? ''));
    await trx.deleteFrom('consolidatedAlerts').where('id', 'in', some).execute();
    if (rows.length > 0) await trx.insertInto('consolidatedAlerts').values(rows).execute();
  }
}

async function notesOf(trx: Trx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await trx.selectFrom('consolidatedAlerts').select(['id', 'notes']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.notes]));
}

type Members = Awaited<ReturnType<typeof membersOf>>[number];

function membersOf(trx: Trx, ids: readonly string[]) {
  const active = sql`case when status = 'active' then 1 end`;
  return trx
    .selectFrom('alerts')
    .where('consolidatedId', 'in', ids)
    .groupBy(['consolidatedId', 'organizationId', 'type', 'cause', 'parentId', 'parentType', 'parentValue'])
    .select(['consolidatedId as id', 'organizationId', 'type', 'cause', 'parentId', 'parentType', 'parentValue'])
    .select((eb) => [
      // `error` comes before `warning`.
      eb.fn.min<AlertRow['severity']>('severity').as('severity'),
      eb.fn.min<string>('raisedAt').as('raisedAt'),
      eb.fn.max<string>('updatedAt').as('updatedAt'),
      eb.fn.max<string | null>('clearedAt').as('clearedAt'),
    ])
    .select([
      sql<
        number | string
      >`count(distinct case when status = 'active' then primary_type || ' ' || primary_id || ' ' || primary_value end)`.as(
        'activeEntities',
      ),
      sql<number | string>`count(distinct primary_type || ' ' || primary_id || ' ' || primary_value)`.as('entities'),
      sql<string | null>`min(case when status = 'active' then raised_at end)`.as('activeSince'),
      sql<number | string>`count(${active})`.as('active'),
    ])
    .execute();
}

function toRow(members: Members, notes: string): ConsolidatedAlertRow {
  const { entities, activeSince, active, ...shared } = members;
  const isActive = Number(active) > 0;
  const activeEntities = Number(members.activeEntities);
  return {
    ...shared,
    notes,
    status: isActive ? 'active' : 'cleared',
    raisedAt: activeSince ?? members.raisedAt,
    clearedAt: isActive ? null : members.clearedAt,
    activeEntities,
    clearedEntities: Number(entities) - activeEntities,
  };
}
