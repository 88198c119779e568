import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { OPEN_END } from './alarm-versions.ts';

/** Alarms that are deleted without letting anybody else write. */
const FORGET_AT_ONCE = 500;

/**
 * Deletes alarms whose last event was before an instant, with all that belongs to them but the audit trail; answers how many.
 * What lists were like at earlier moments changes: nobody may be shown these alarms any more.
 */
export async function forgetAlarms(
  db: Db,
  { lastEventBeforeUs, signal }: { readonly lastEventBeforeUs: number; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  for (let count = 0; ; ) {
    signal?.throwIfAborted();
    const gone = await inTransaction(db, (trx) => forgetSome(trx, lastEventBeforeUs));
    count += gone;
    if (gone < FORGET_AT_ONCE) return count;
  }
}

async function forgetSome(trx: Trx, lastEventBeforeUs: number): Promise<number> {
  const rows = await trx
    .selectFrom('alarms')
    .select('id')
    .where('toChange', '=', OPEN_END)
    .where('lastEventUs', '<', lastEventBeforeUs)
    .limit(FORGET_AT_ONCE)
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await trx.deleteFrom('alarmNotes').where('alarmId', 'in', ids).execute();
  await trx.deleteFrom('alarmMatches').where('alarmId', 'in', ids).execute();
  await trx.deleteFrom('alarmDetails').where('alarmId', 'in', ids).execute();
  await trx.deleteFrom('alarms').where('id', 'in', ids).execute();
  return ids.length;
}
