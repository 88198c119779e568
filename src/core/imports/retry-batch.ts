import { appendAudit } from '../../control/audit.ts';
import { type Batch, batchBySeq } from '../../control/ledger.ts';
import { reopenBatch } from '../../control/repos/spooled-batches.ts';
import { inTransaction } from '../../control/transaction.ts';
import { countBatch } from '../../events/load-batch.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { recordsPath, spoolOf } from '../../ingest/spool.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { type OperatorBatch, requireBatch } from './unfinished-batches.ts';

/**
 * Opens a batch that was set aside again, under a new number, for the loader to take within seconds. For the operator.
 *
 * Fails with `not_found`, and with `conflict` where the batch is not set aside, where this process does not have its bytes within
 * reach, and where some of its records are in the event store: they are below what readers have passed, and would be there twice.
 */
export async function retryBatch(
  context: Context,
  ingest: Ingest,
  caller: Caller,
  seq: number,
): Promise<OperatorBatch> {
  requireOperator(caller);
  const { db } = context.control;
  const batch = await batchBySeq(db, seq);
  if (batch === undefined) throw new AppError('not_found', { public: `there is no batch ${seq}` });
  if (batch.state !== 'set_aside') throw notSetAside(seq);
  const spoolPath = await requireBytes(ingest, batch);
  await requireNothingStored(context, batch);
  return inTransaction(db, async (trx) => {
    const reopened = await reopenBatch(trx, seq, { spoolPath, owner: ingest.owner }, new Date(context.now()));
    if (reopened === undefined) throw notSetAside(seq);
    await appendAudit(trx, {
      actor: caller.actor,
      action: 'batch.retry',
      objectType: 'batch',
      objectId: String(seq),
      organizationId: batch.organizationId,
      result: 'success',
      detail: { batch: reopened, received: batch.received, reason: batch.reason },
    });
    return requireBatch(context, trx, reopened);
  });
}

function notSetAside(seq: number): AppError {
  return new AppError('conflict', { public: `batch ${seq} is not set aside: only such a one can be loaded again` });
}

/** Where the records are, for the loader. It looks in this process's own spool first, as for any batch. */
async function requireBytes({ spool }: Ingest, batch: Batch): Promise<string> {
  const found = await spoolOf(spool, batch);
  if (found !== undefined) return recordsPath(found, batch.token);
  const places = `neither in ${spool.folder} nor at ${batch.spoolPath}`;
  throw new AppError('conflict', {
    public: `the bytes of batch ${batch.seq} are ${places}: import the same input here again, then retry`,
  });
}

async function requireNothingStored({ events }: Context, { organizationId, seq, received }: Batch): Promise<void> {
  const { stored, rejected, ignored } = await countBatch(events, organizationId, seq);
  const known = stored + rejected + ignored;
  if (known === 0) return;
  throw new AppError('conflict', {
    public: `${known} of the ${received} records of batch ${seq} are in the event store: loaded again they would be there twice`,
  });
}
