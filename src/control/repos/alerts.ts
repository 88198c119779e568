import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Alert, AlertFilter, AlertPage, ConsolidatedAlert, InstantBounds } from '../../model/alert.ts';
import type { AlertRow, ConsolidatedAlertRow } from '../alert-rows.ts';
import type { Tables } from '../tables.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { refreshConsolidated } from './consolidated-alerts.ts';

export interface AlertSearch {
  readonly organizationIds: readonly number[];
  readonly filter: AlertFilter;
  readonly page: AlertPage;
}

const SORT_COLUMNS = { raised: 'raisedAt', updated: 'updatedAt', cleared: 'clearedAt' } as const;

export async function findAlerts(db: Db, search: AlertSearch): Promise<{ total: number; alerts: Alert[] }> {
  const { organizationIds, filter, page } = search;
  const found = db
    .selectFrom('alerts')
    .where('organizationId', 'in', organizationIds)
    .where((eb) => eb.and(individualConditions(eb, filter)));
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const sorted = found.selectAll().orderBy(SORT_COLUMNS[page.sort], page.order).orderBy('id');
  const rows = await sorted.limit(page.limit).offset(page.offset).execute();
  return { total: Number(total), alerts: rows.map(toAlert) };
}

export async function findConsolidatedAlerts(
  db: Db,
  { organizationIds, filter, page }: AlertSearch,
): Promise<{ total: number; alerts: ConsolidatedAlert[] }> {
  const found = db
    .selectFrom('consolidatedAlerts')
    .where('organizationId', 'in', organizationIds)
    .where((eb) => eb.and(sharedConditions(eb as Builder, filter)));
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const sorted = found.selectAll().orderBy(SORT_COLUMNS[page.sort], page.order).orderBy('id');
  const rows = await sorted.limit(page.limit).offset(page.offset).execute();
  return { total: Number(total), alerts: rows.map(toConsolidated) };
}

type Builder = ExpressionBuilder<Tables, 'alerts' | 'consolidatedAlerts'>;

function sharedConditions(eb: Builder, filter: AlertFilter): Expression<SqlBool>[] {
  const { types, statuses, severities, raised, updated, cleared, parent } = filter;
  return [
    ...oneOf(eb, 'type', types),
    ...oneOf(eb, 'status', statuses),
    ...oneOf(eb, 'severity', severities),
    ...within(eb, 'raisedAt', raised),
    ...within(eb, 'updatedAt', updated),
    ...within(eb, 'clearedAt', cleared),
    ...(parent ? [eb('parentId', '=', parent.id), eb('parentType', '=', parent.type)] : []),
  ];
}

function individualConditions(eb: ExpressionBuilder<Tables, 'alerts'>, filter: AlertFilter): Expression<SqlBool>[] {
  const { consolidatedId, primaryId, primaryType, primaryValuePart } = filter;
  const folded = primaryValuePart?.toLowerCase() ?? '';
  return [
    ...sharedConditions(eb as Builder, filter),
    ...(consolidatedId === undefined ? [] : [eb('consolidatedId', '=', consolidatedId)]),
    ...(primaryId === undefined ? [] : [eb('primaryId', '=', primaryId)]),
    ...(primaryType === undefined ? [] : [eb('primaryType', '=', primaryType)]),
    // Whether a text holds another, said by what both databases compare letter by letter.
    ...(folded === ''
      ? []
      : [eb(sql<string>`replace(${eb.ref('foldedValue')}, ${folded}, '')`, '!=', eb.ref('foldedValue'))]),
  ];
}

function oneOf(
  eb: Builder,
  column: 'type' | 'status' | 'severity',
  values: readonly string[] | undefined,
): Expression<SqlBool>[] {
  if (values === undefined) return [];
  return [values.length === 0 ? eb.or([]) : eb(column, 'in', values as readonly never[])];
}

function within(
  eb: Builder,
  column: 'raisedAt' | 'updatedAt' | 'clearedAt',
  { from, to }: InstantBounds = {},
): Expression<SqlBool>[] {
  return [...(from === undefined ? [] : [eb(column, '>=', from)]), ...(to === undefined ? [] : [eb(column, '<=', to)])];
}

export async function alertById(db: Db, id: string): Promise<Alert | undefined> {
  const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toAlert(row);
}

export async function consolidatedAlertById(db: Db, id: string): Promise<ConsolidatedAlert | undefined> {
  const row = await db.selectFrom('consolidatedAlerts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toConsolidated(row);
}

export interface AlertChange {
  readonly notes?: string;
  /** Clears what is active; what has been cleared stays as it is. */
  readonly clear?: boolean;
}

/** Changes what people decide about an alert. @param at ISO 8601, whole seconds */
export async function changeAlert(trx: Trx, alert: Alert, { notes, clear }: AlertChange, at: string): Promise<void> {
  if (notes !== undefined) {
    await trx.updateTable('alerts').set({ notes, updatedAt: at }).where('id', '=', alert.id).execute();
  }
  if (clear) await dismiss(trx, 'id', alert.id, at);
  await refreshConsolidated(trx, [alert.consolidatedId]);
}

/** The same of a consolidated alert; to clear it is to clear its members. */
export async function changeConsolidatedAlert(
  trx: Trx,
  { id }: ConsolidatedAlert,
  { notes, clear }: AlertChange,
  at: string,
): Promise<void> {
  if (clear) await dismiss(trx, 'consolidatedId', id, at);
  if (notes !== undefined) await trx.updateTable('consolidatedAlerts').set({ notes }).where('id', '=', id).execute();
  await refreshConsolidated(trx, [id]);
}

async function dismiss(trx: Trx, column: 'id' | 'consolidatedId', id: string, at: string): Promise<void> {
  await trx
    .updateTable('alerts')
    .set((eb) => ({ status: 'cleared', clearedAt: at, updatedAt: at, dismissedUs: eb.ref('evidenceUs') }))
    .where(column, '=', id)
    .where('status', '=', 'active')
    .execute();
}

function toAlert(row: AlertRow): Alert {
  const { id, organizationId, type, cause, severity, status, notes, description, raisedAt, updatedAt, clearedAt } = row;
  return {
    ...{ id, organizationId, type, cause, severity, status, notes, description, raisedAt, updatedAt, clearedAt },
    variables: JSON.parse(row.variables),
    raisedCount: row.raisedCount,
    primaryEntity: { id: row.primaryId, type: row.primaryType, value: row.primaryValue },
    parentEntity: { id: row.parentId, type: row.parentType, value: row.parentValue },
    consolidatedId: row.consolidatedId,
  };
}

function toConsolidated(row: ConsolidatedAlertRow): ConsolidatedAlert {
  const { parentId, parentType, parentValue, ...rest } = row;
  return { ...rest, parentEntity: { id: parentId, type: parentType, value: parentValue } };
}

/** Deletes alerts of which nothing later than an instant is known. */
export async function forgetAlerts(
  db: Db,
  { lastEvidenceBeforeUs }: { readonly lastEvidenceBeforeUs: number },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const gone = await trx
      .deleteFrom('alerts')
      .where('evidenceUs', '<', lastEvidenceBeforeUs)
      .returning('consolidatedId')
      .execute();
    await refreshConsolidated(trx, [...new Set(gone.map(({ consolidatedId }) => consolidatedId))]);
  });
}
