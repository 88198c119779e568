import { type Db, inTransaction } from '../transaction.ts';
import { enqueue, type NewJob } from './jobs.ts';

export interface ScheduleTick {
  /** Name of the schedule; also the key of its jobs, so that a slow one is not overtaken by the next. */
  readonly name: string;
  /** The instant the schedule asks for, not the one at which somebody noticed. */
  readonly tick: Date;
  readonly job: Pick<NewJob, 'kind' | 'payload'>;
}

/**
 * Queues the job of one tick, once, however many processes see the tick. A schedule seen for the first time only notes
 * where it stands. True when this call queued it.
 */
export async function enqueueTick(db: Db, { name, tick, job }: ScheduleTick): Promise<boolean> {
  const lastTick = tick.toISOString();
  // Asked every second, due rarely: look before taking the write lock.
  const known = await db.selectFrom('schedules').select('lastTick').where('name', '=', name).executeTakeFirst();
  if (known !== undefined && known.lastTick >= lastTick) return false;
  return inTransaction(db, async (trx) => {
    const advanced = await trx
      .updateTable('schedules')
      .set({ lastTick })
      .where('name', '=', name)
      .where('lastTick', '<', lastTick)
      .executeTakeFirst();
    if (advanced.numUpdatedRows === 1n) return (await enqueue(trx, { ...job, key: `schedule:${name}` })).isNew;
    await trx
      .insertInto('schedules')
      .values({ name, lastTick })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return false;
  });
}
