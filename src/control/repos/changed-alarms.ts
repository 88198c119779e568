import type { Alarm } from '../../model/alarm.ts';
import type { Db } from '../transaction.ts';
import { alarmVersions, OPEN_END, toAlarm } from './alarm-versions.ts';

/** Alarms as they are after the changes up to a number. */
export interface ChangedAlarms {
  readonly upTo: number;
  readonly alarms: readonly Alarm[];
}

/** Alarms that the next changes after a number made or changed; undefined where there are none. */
export async function changedAlarms(db: Db, after: number, atOnce: number): Promise<ChangedAlarms | undefined> {
  const next = db
    .selectFrom('alarms')
    .select('fromChange')
    .where('fromChange', '>', after)
    .orderBy('fromChange')
    .limit(atOnce)
    .as('next');
  const { upTo } = await db
    .selectFrom(next)
    .select((eb) => eb.fn.max<number | null>('fromChange').as('upTo'))
    .executeTakeFirstOrThrow();
  if (upTo === null) return undefined;
  const rows = await alarmVersions(db)
    .where('fromChange', '>', after)
    .where('fromChange', '<=', upTo)
    .where('toChange', '=', OPEN_END)
    .execute();
  return { upTo, alarms: rows.map(toAlarm) };
}
