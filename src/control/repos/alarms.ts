import { isDeepStrictEqual } from 'node:util';
import type { Alarm } from '../../model/alarm.ts';
import type { Db, Trx } from '../transaction.ts';
import { alarmVersions, beginAlarmChange, currentAlarms, OPEN_END, toAlarm, writeMarks } from './alarm-versions.ts';

/** An alarm of one of these organizations, as it is now. */
export async function alarmById(db: Db, id: string, organizationIds: readonly number[]): Promise<Alarm | undefined> {
  const row = await alarmVersions(db).where('id', '=', id).where('toChange', '=', OPEN_END).executeTakeFirst();
  return row && organizationIds.includes(row.organizationId) ? toAlarm(row) : undefined;
}

/** What people change about alarms. */
export type AlarmMarks = Pick<Alarm, 'status' | 'suppressed' | 'labels'>;

export interface AlarmEdit {
  readonly id: string;
  readonly organizationId: number;
  readonly nowMs: number;
  /** Told what the alarm is, nobody else changing it meanwhile, answers what about it is different from now on. */
  readonly edit: (alarm: Alarm) => Promise<Partial<AlarmMarks>>;
}

/** An alarm before and after a change; the same object where nothing is different. */
export interface EditedAlarm {
  readonly before: Alarm;
  readonly after: Alarm;
}

/** Changes one alarm of an organization. Undefined where the organization has no such alarm. */
export async function changeAlarm(trx: Trx, input: AlarmEdit): Promise<EditedAlarm | undefined> {
  const change = await beginAlarmChange(trx);
  const before = (await currentAlarms(trx, [input.id])).get(input.id);
  if (before?.organizationId !== input.organizationId) return undefined;
  const after: Alarm = { ...before, ...(await input.edit(before)) };
  if (isDeepStrictEqual(before, after)) return { before, after: before };
  await writeMarks(trx, { change, nowMs: input.nowMs }, [after]);
  return { before, after };
}

/** Rows that are deleted without letting anybody else write. */
const FORGET_AT_ONCE = 2000;

/**
 * Forgets versions that were superseded before an instant, and with them what lists were like at those moments; answers
 * how many.
 */
export async function forgetSupersededAlarms(db: Db, before: Date): Promise<number> {
  const expired = before.toISOString();
  const { last } = await db
    .selectFrom('alarms')
    .select((eb) => eb.fn.max('toChange').as('last'))
    .where('supersededAt', '<', expired)
    .executeTakeFirstOrThrow();
  if (last === null) return 0;
  // First: from now on nobody asks for what goes next.
  await db
    .updateTable('counters')
    .set({ value: last })
    .where('name', '=', 'alarm_forgotten')
    .where('value', '<', last)
    .execute();
  for (let count = 0; ; ) {
    const gone = await forgetSome(db, expired);
    count += gone;
    if (gone < FORGET_AT_ONCE) return count;
  }
}

async function forgetSome(db: Db, expired: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('alarms')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('id', 'fromChange'),
        'in',
        selectFrom('alarms as some')
          .select(['some.id', 'some.fromChange'])
          .where('some.supersededAt', '<', expired)
          .limit(FORGET_AT_ONCE)
          .$asTuple('id', 'fromChange'),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
