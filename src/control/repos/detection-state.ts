import { AppError } from '../../model/errors.ts';
import type { Db, Trx } from '../transaction.ts';

/** How far a detection has looked: the number of the last batch it has seen. 0 for one that never ran. */
export async function watermarkOf(db: Db, name: string): Promise<number> {
  const row = await db.selectFrom('detectionState').select('watermark').where('name', '=', name).executeTakeFirst();
  return row?.watermark ?? 0;
}

export interface Watermark {
  /** Of the detection. */
  readonly name: string;
  /** Number of a batch: this one and all before it have been seen. */
  readonly watermark: number;
  /** Where it must stand still: whoever looked at the same batches meanwhile has written down what he found. */
  readonly from?: number;
}

/**
 * Moves a watermark forward, never back.
 *
 * @throws AppError `conflict` where it no longer stands at `from`
 */
export async function advanceWatermark(trx: Trx, { name, watermark, from }: Watermark): Promise<void> {
  if (from !== undefined && (await watermarkOf(trx, name)) !== from) {
    throw new AppError('conflict', { public: 'another process has looked at these batches' });
  }
  await trx
    .insertInto('detectionState')
    .values({ name, watermark })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ watermark }).where('detectionState.watermark', '<', watermark),
    )
    .execute();
}
