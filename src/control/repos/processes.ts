import { abandonBatchesOf } from '../ledger.ts';
import type { ProcessRow } from '../tables.ts';
import { type Db, inTransaction } from '../transaction.ts';
import { requeueJobsOf } from './jobs.ts';

/** Notes that a process works here, or still does. */
export async function noteProcess(db: Db, row: ProcessRow): Promise<void> {
  const { id, ...changes } = row;
  await db
    .insertInto('processes')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute();
}

/** By when they began. */
export function listProcesses(db: Db): Promise<ProcessRow[]> {
  return db.selectFrom('processes').selectAll().orderBy('startedAt').orderBy('id').execute();
}

/**
 * Takes a process off the books, and gives up all it held, for others to take at once: batches, jobs, leases. What it does
 * from then on does not count, should it still be there.
 *
 * @returns false when it was not on the books
 */
export function forgetProcess(db: Db, id: string, now: Date): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const removed = await trx.deleteFrom('processes').where('id', '=', id).executeTakeFirst();
    await trx.deleteFrom('leases').where('owner', '=', id).execute();
    await abandonBatchesOf(trx, id, now);
    await requeueJobsOf(trx, id, now);
    return removed.numDeletedRows === 1n;
  });
}
