import { appendAudit } from '../../control/audit.ts';
import { type BatchCounts, commitBatch, setAsideBatch } from '../../control/ledger.ts';
import { inTransaction } from '../../control/transaction.ts';
import { countBatch } from '../../events/load-batch.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { type OperatorBatch, requireBatch } from './unfinished-batches.ts';

/**
 * Sets an open batch aside whose bytes nobody brings back: for as long as it is open, detection, alerts and reports look at
 * nothing that came after it. One that was stored after all, by a process that could not say so any more, is committed instead.
 * For the operator.
 *
 * Fails with `not_found`, and with `conflict` where the batch is not open or somebody may be about to load it.
 */
export async function giveUpBatch(context: Context, caller: Caller, seq: number): Promise<OperatorBatch> {
  requireOperator(caller);
  const { control, events } = context;
  const found = await requireBatch(context, control.db, seq);
  requireAbandoned(found);
  const stored = await countBatch(events, found.organizationId, seq);
  const counts = { ...stored, received: found.received };
  return inTransaction(control.db, async (trx) => {
    const batch = await requireBatch(context, trx, seq);
    const owner = requireAbandoned(batch);
    const reason = `given up by ${caller.actor.label}: its bytes were with ${owner}`;
    const isClosed = addsUp(counts) ? commitBatch(trx, seq, counts) : setAsideBatch(trx, batch, reason);
    if (!(await isClosed)) throw new AppError('conflict', { public: `somebody has just taken batch ${seq}` });
    const given = await requireBatch(context, trx, seq);
    await appendAudit(trx, {
      actor: caller.actor,
      action: 'batch.give_up',
      objectType: 'batch',
      objectId: String(seq),
      organizationId: batch.organizationId,
      result: 'success',
      detail: { state: given.state, received: batch.received, path: batch.path, owner },
    });
    return given;
  });
}

/** Answers whom it waits for. */
function requireAbandoned({ seq, state, owner, leaseUntil, waitsFor }: OperatorBatch): string {
  if (waitsFor !== null) return waitsFor;
  const what = {
    open: `is with ${owner} (${leaseUntil}): only one that nobody has loaded for a minute can be given up`,
    committed: 'is in the event store',
    set_aside: 'is set aside already',
  };
  throw new AppError('conflict', { public: `batch ${seq} ${what[state]}` });
}

function addsUp({ received, stored, rejected, ignored }: BatchCounts): boolean {
  return received === stored + rejected + ignored;
}
