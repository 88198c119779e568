import { nextNumber } from '../counters.ts';
import type { Db, Trx } from '../transaction.ts';

/** Tokens of all batches whose bytes are in a spool: those that wait, and those that were set aside. */
export async function spooledTokens(db: Db): Promise<Set<string>> {
  // One statement: a batch that is opened again meanwhile must not be missed by two.
  const rows = await db.selectFrom('batches').select('token').where('state', 'in', ['open', 'set_aside']).execute();
  return new Set(rows.map(({ token }) => token));
}

/** Where the bytes of a batch are, and who has them within reach. */
export interface FoundBytes {
  readonly spoolPath: string;
  readonly owner: string;
}

/**
 * Opens a batch that was set aside again, free to take at once, under a new number: who reads by the horizon has passed the old
 * one and would never look there. To be called for batches of which the event store has nothing.
 *
 * @returns the new number; undefined where the batch is not set aside
 */
export async function reopenBatch(
  trx: Trx,
  seq: number,
  { spoolPath, owner }: FoundBytes,
  now: Date,
): Promise<number | undefined> {
  const next = await nextNumber(trx, 'batch');
  const reopened = await trx
    .updateTable('batches')
    .set({
      seq: next,
      state: 'open',
      reason: null,
      refused: null,
      attempts: 0,
      owner,
      spoolPath,
      leaseUntil: now.toISOString(),
    })
    .where('seq', '=', seq)
    .where('state', '=', 'set_aside')
    .executeTakeFirst();
  return reopened.numUpdatedRows === 1n ? next : undefined;
}
