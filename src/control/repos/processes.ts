import type { ProcessRow } from '../tables.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';

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
    await releaseAll(trx, id, now.toISOString());
    return removed.numDeletedRows === 1n;
  });
}

async function releaseAll(trx: Trx, owner: string, now: string): Promise<void> {
  await trx.deleteFrom('leases').where('owner', '=', owner).execute();
  await trx
    .updateTable('batches')
    .set({ leaseUntil: now })
    .where('owner', '=', owner)
    .where('state', '=', 'open')
    .execute();
  await trx
    .updateTable('jobs')
    .set({
      state: 'queued',
      owner: null,
      leaseUntil: null,
      runAt: now,
      lastError: `its runner ${owner} stopped without reporting`,
    })
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .execute();
}
