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
}

/** Moves a watermark forward, never back. */
export async function advanceWatermark(trx: Trx, { name, watermark }: Watermark): Promise<void> {
  await trx
    .insertInto('detectionState')
    .values({ name, watermark })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ watermark }).where('detectionState.watermark', '<', watermark),
    )
    .execute();
}
