import type { Alarm } from '../../model/alarm.ts';
import type { AlarmDetailRow, AlarmRow } from '../alarm-rows.ts';
import { nextNumber } from '../counters.ts';
import type { Db, Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';

/** `to_change` of the version that holds. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

/** Versions in one statement: each has some 20 values, and SQLite takes 32,766. */
const ROWS_AT_ONCE = 1000;

/**
 * A number for changes of alarms, and the lock that orders them: take it before looking at what is to be changed. Whoever
 * holds it is the only one who changes alarms, labels on them or the rules that hide them, until the transaction ends.
 */
export function beginAlarmChange(trx: Trx): Promise<number> {
  return nextNumber(trx, 'alarm_change');
}

/** Versions of alarms, all of them, with the details the alarms have now. */
export function alarmVersions(db: Db) {
  return db
    .selectFrom('alarms')
    .innerJoin('alarmDetails as details', 'details.alarmId', 'alarms.id')
    .selectAll('alarms')
    .select(['details.rule', 'details.positions', 'details.sources', 'details.destinations', 'details.document']);
}

/** Alarms as they are now; ids that are not known are left out. */
export async function currentAlarms(trx: Trx, ids: readonly string[]): Promise<Map<string, Alarm>> {
  const found = new Map<string, Alarm>();
  for (const some of chunks(ids, ROWS_AT_ONCE)) {
    const rows = await alarmVersions(trx).where('id', 'in', some).where('toChange', '=', OPEN_END).execute();
    for (const row of rows) found.set(row.id, toAlarm(row));
  }
  return found;
}

export interface AlarmChange {
  /** From `beginAlarmChange` in this transaction. Every alarm is written at most once under it. */
  readonly change: number;
  readonly nowMs: number;
}

/** Makes alarms what they are said to be, from this change on. New ones come to be. */
export async function writeAlarms(trx: Trx, change: AlarmChange, alarms: readonly Alarm[]): Promise<void> {
  for (const some of chunks(alarms, ROWS_AT_ONCE)) {
    await trx
      .insertInto('alarmDetails')
      .values(some.map(toDetails))
      .onConflict((conflict) =>
        conflict.column('alarmId').doUpdateSet((eb) => ({
          rule: eb.ref('excluded.rule'),
          positions: eb.ref('excluded.positions'),
          sources: eb.ref('excluded.sources'),
          destinations: eb.ref('excluded.destinations'),
          document: eb.ref('excluded.document'),
        })),
      )
      .execute();
  }
  await writeMarks(trx, change, alarms);
}

/** The same of alarms of which only what people decide about them is different. */
export async function writeMarks(trx: Trx, { change, nowMs }: AlarmChange, alarms: readonly Alarm[]): Promise<void> {
  const supersededAt = new Date(nowMs).toISOString();
  for (const some of chunks(alarms, ROWS_AT_ONCE)) {
    const ids = some.map(({ id }) => id);
    await trx
      .updateTable('alarms')
      .set({ toChange: change, supersededAt })
      .where('id', 'in', ids)
      .where('toChange', '=', OPEN_END)
      .execute();
    await trx
      .insertInto('alarms')
      .values(some.map((alarm) => toVersion(alarm, change)))
      .execute();
  }
}

function toVersion(alarm: Alarm, change: number): AlarmRow {
  const { rule } = alarm;
  return {
    id: alarm.id,
    fromChange: change,
    toChange: OPEN_END,
    supersededAt: null,
    organizationId: alarm.organizationId,
    ruleId: rule.id,
    intent: rule.intent,
    strategy: rule.strategy,
    method: rule.method,
    priority: rule.priority,
    groupKey: alarm.groupKey,
    windowStartMs: alarm.windowStartMs,
    events: alarm.events,
    firstEventUs: alarm.firstEventUs,
    lastEventUs: alarm.lastEventUs,
    sensors: JSON.stringify(alarm.sensors),
    receivedMs: alarm.receivedMs,
    status: alarm.status,
    suppressed: alarm.suppressed ? 1 : 0,
    labels: JSON.stringify(alarm.labels),
    peerId: alarm.peerId,
  };
}

function toDetails({ id, rule, positions, sources, destinations, document }: Alarm): AlarmDetailRow {
  return {
    alarmId: id,
    rule: JSON.stringify(rule),
    positions: JSON.stringify(positions),
    sources: JSON.stringify(sources),
    destinations: JSON.stringify(destinations),
    document: document && JSON.stringify(document),
  };
}

export function toAlarm(row: AlarmRow & Omit<AlarmDetailRow, 'alarmId'>): Alarm {
  const { intent, strategy, method, priority } = row;
  return {
    id: row.id,
    organizationId: row.organizationId,
    rule: { ...JSON.parse(row.rule), intent, strategy, method, priority },
    groupKey: row.groupKey,
    windowStartMs: row.windowStartMs,
    events: row.events,
    firstEventUs: row.firstEventUs,
    lastEventUs: row.lastEventUs,
    positions: JSON.parse(row.positions),
    sources: JSON.parse(row.sources),
    destinations: JSON.parse(row.destinations),
    sensors: JSON.parse(row.sensors),
    receivedMs: row.receivedMs,
    status: row.status,
    suppressed: row.suppressed === 1,
    labels: JSON.parse(row.labels),
    peerId: row.peerId,
    document: row.document === null ? null : JSON.parse(row.document),
  };
}
