import { createHash } from 'node:crypto';
import type { AlertEvidence } from '../../model/alert.ts';
import type { AlertRow } from '../alert-rows.ts';
import type { Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';
import { refreshConsolidated } from './consolidated-alerts.ts';

/** Rows in one statement: each has 24 values, and SQLite takes 32,766. */
const ROWS_AT_ONCE = 1000;

/**
 * Makes alerts what the evidence says, keeping what people decided about them: one that somebody cleared stays cleared until
 * something later is amiss. Answers how many are different from before.
 */
export async function recordAlerts(trx: Trx, evidence: readonly AlertEvidence[]): Promise<number> {
  // Where one is given twice, the later one holds.
  const byId = new Map(evidence.map((one) => [alertId(one), one]));
  const touched = new Set<string>();
  let changed = 0;
  for (const ids of chunks([...byId.keys()], ROWS_AT_ONCE)) {
    const known = await rowsById(trx, ids);
    const rows = ids.flatMap((id) => {
      const one = byId.get(id);
      const before = known.get(id);
      if (one === undefined || isOfNoUse(one, before) || isNothingNew(one, before)) return [];
      if (before !== undefined) touched.add(before.consolidatedId);
      return [nextRow(id, one, before)];
    });
    if (rows.length === 0) continue;
    for (const { consolidatedId } of rows) touched.add(consolidatedId);
    const replaced = rows.map(({ id }) => id);
    await trx.deleteFrom('alerts').where('id', 'in', replaced).execute();
    await trx.insertInto('alerts').values(rows).execute();
    changed += rows.length;
  }
  await refreshConsolidated(trx, [...touched]);
  return changed;
}

async function rowsById(trx: Trx, ids: readonly string[]): Promise<Map<string, AlertRow>> {
  const rows = await trx.selectFrom('alerts').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** What was never amiss, or must not be seen, makes no alert. */
function isOfNoUse({ raisedCount, hidden }: AlertEvidence, before: AlertRow | undefined): boolean {
  if (before === undefined) return hidden || raisedCount === 0;
  // Its failures are so long ago that they have been forgotten.
  return raisedCount === 0 && before.amiss === 0;
}

function isNothingNew(one: AlertEvidence, before: AlertRow | undefined): boolean {
  if (before === undefined || one.raisedCount === 0) return false;
  return (
    before.evidenceUs === one.lastUs &&
    before.raisedCount === one.raisedCount &&
    before.amiss === (one.clearedUs === null ? 1 : 0) &&
    before.consolidatedId === consolidatedId(one) &&
    !isClearedEarlier(one, before)
  );
}

/** Records come in any order: the success that ended it may be told of after a later one. */
function isClearedEarlier({ clearedUs }: AlertEvidence, { clearedAt, dismissedUs }: AlertRow): boolean {
  // Where somebody cleared it, it was cleared then.
  if (clearedUs === null || clearedAt === null || dismissedUs !== null) return false;
  return instant(clearedUs) < clearedAt;
}

function nextRow(id: string, one: AlertEvidence, before: AlertRow | undefined): AlertRow {
  // Only its end is known any more.
  if (before !== undefined && one.raisedCount === 0) return clearedRow(before, one.clearedUs ?? before.evidenceUs);
  const isDismissed = before?.dismissedUs != null && one.lastUs <= before.dismissedUs;
  const state = stateOf(one, isDismissed ? before : undefined);
  const { primaryEntity: primary, parentEntity: parent } = one;
  return {
    ...state,
    id,
    organizationId: one.organizationId,
    type: one.type,
    cause: one.cause,
    severity: one.severity,
    notes: before?.notes ?? '',
    raisedAt: instant(one.raisedUs),
    updatedAt: latest(instant(one.lastUs), state.clearedAt ?? '', isDismissed ? before.updatedAt : ''),
    parentId: parent.id,
    parentType: parent.type,
    parentValue: parent.value,
    primaryId: primary.id,
    primaryType: primary.type,
    primaryValue: primary.value,
    foldedValue: primary.value.toLowerCase(),
    description: one.description,
    variables: JSON.stringify(one.variables),
    raisedCount: one.raisedCount,
    evidenceUs: one.lastUs,
    consolidatedId: consolidatedId(one),
  };
}

function stateOf(
  { clearedUs }: AlertEvidence,
  dismissed: AlertRow | undefined,
): Pick<AlertRow, 'status' | 'clearedAt' | 'amiss' | 'dismissedUs'> {
  const amiss = clearedUs === null ? 1 : 0;
  if (dismissed !== undefined) {
    return { status: 'cleared', clearedAt: dismissed.clearedAt, amiss, dismissedUs: dismissed.dismissedUs };
  }
  if (clearedUs === null) return { status: 'active', clearedAt: null, amiss, dismissedUs: null };
  return { status: 'cleared', clearedAt: instant(clearedUs), amiss, dismissedUs: null };
}

function clearedRow(before: AlertRow, clearedUs: number): AlertRow {
  const clearedAt = before.clearedAt ?? instant(clearedUs);
  return { ...before, status: 'cleared', clearedAt, amiss: 0, updatedAt: latest(before.updatedAt, clearedAt) };
}

/** Whole seconds: what lists show and what they are filtered by is then the same. */
function instant(us: number): string {
  return new Date(Math.floor(us / 1e6) * 1000).toISOString();
}

function latest(...instants: readonly string[]): string {
  return instants.toSorted().at(-1) ?? '';
}

function alertId({ organizationId, type, cause, subject }: AlertEvidence): string {
  return uuidOf(['alert', organizationId, type, cause, subject]);
}

function consolidatedId({ organizationId, type, cause, parentEntity }: AlertEvidence): string {
  const { id, type: parentType, value } = parentEntity;
  return uuidOf(['consolidated alert', organizationId, type, cause, parentType, id, value]);
}

function uuidOf(parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
