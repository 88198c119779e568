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
    .values({ name, watermark, failingSince: null, failure: null })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ watermark }).where('detectionState.watermark', '<', watermark),
    )
    .execute();
}

/** A detection that fails again and again, and so moves no further. */
export interface DetectionFailure {
  /** ISO 8601 instant of the first failure since it last succeeded. */
  readonly since: string;
  /** The latest reason. */
  readonly reason: string;
}

export async function detectionFailure(db: Db, name: string): Promise<DetectionFailure | undefined> {
  const row = await db
    .selectFrom('detectionState')
    .select(['failingSince', 'failure'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined || row.failingSince === null) return undefined;
  return { since: row.failingSince, reason: row.failure ?? '' };
}

/** Records that a detection failed; since when is kept from the first failure on. */
export async function recordDetectionFailure(db: Db, name: string, { since, reason }: DetectionFailure): Promise<void> {
  await db
    .insertInto('detectionState')
    .values({ name, watermark: 0, failingSince: since, failure: reason })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        failingSince: eb.fn.coalesce('detectionState.failingSince', eb.val(since)),
        failure: reason,
      })),
    )
    .execute();
}

export async function clearDetectionFailure(db: Db, name: string): Promise<void> {
  await db
    .updateTable('detectionState')
    .set({ failingSince: null, failure: null })
    .where('name', '=', name)
    .where('failingSince', 'is not', null)
    .execute();
}
