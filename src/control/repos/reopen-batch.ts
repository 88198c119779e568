import { nextNumber } from '../counters.ts';
import type { Trx } from '../transaction.ts';

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
    .set({ seq: next, state: 'open', reason: null, attempts: 0, owner, spoolPath, leaseUntil: now.toISOString() })
    .where('seq', '=', seq)
    .where('state', '=', 'set_aside')
    .executeTakeFirst();
  return reopened.numUpdatedRows === 1n ? next : undefined;
}
