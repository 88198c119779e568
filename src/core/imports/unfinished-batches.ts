import { type PlacedBatch, placedBatches } from '../../control/repos/batch-inputs.ts';
import type { Db } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { waitsFor } from './waits-for.ts';

/** A batch of whichever organization, as the operator sees it. */
export interface OperatorBatch extends PlacedBatch {
  /** Process on whose disk the bytes are, where nobody has loaded the batch for a minute. */
  readonly waitsFor: string | null;
}

/** Batches of all organizations that are not in the event store: those that wait, and those that were set aside. For the operator. */
export async function listUnfinishedBatches(
  context: Context,
  caller: Caller,
  { limit }: { readonly limit: number },
): Promise<OperatorBatch[]> {
  requireOperator(caller);
  const batches = await placedBatches(context.control.db, { limit });
  return batches.map((batch) => ({ ...batch, waitsFor: waitsFor(batch, context.now()) }));
}

/** @throws AppError `not_found` */
export async function requireBatch({ now }: Context, db: Db, seq: number): Promise<OperatorBatch> {
  const [batch] = await placedBatches(db, { seq });
  if (batch === undefined) throw new AppError('not_found', { public: `there is no batch ${seq}` });
  return { ...batch, waitsFor: waitsFor(batch, now()) };
}
