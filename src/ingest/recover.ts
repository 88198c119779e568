import { abandonedBatches, type Batch, claimBatch, listBatches, raiseSeqFloor } from '../control/ledger.ts';
import { finishImport, listImports } from '../control/repos/imports.ts';
import { listProcesses } from '../control/repos/processes.ts';
import { spooledTokens } from '../control/repos/spooled-batches.ts';
import { HOUR_MS } from '../kit/durations.ts';
import { FilesLeft } from '../kit/remove-older.ts';
import { AppError } from '../model/errors.ts';
import { BatchWaits } from './engine-trouble.ts';
import { type Ingest, LEASE_MS } from './ingest.ts';
import { loadFromLedger } from './load.ts';
import { receiptSoFar } from './receipt-so-far.ts';
import { spoolOf, sweepSpool } from './spool.ts';

/** How long a file may lie in the spool before its batch is in the ledger: writing it takes seconds. */
const SPOOLED_BEFORE_LEDGER_MS = HOUR_MS;

/**
 * Finishes what processes that are gone had acknowledged. To be called before anything is ingested.
 *
 * @returns how many batches were loaded again
 */
export async function recoverBatches(ingest: Ingest): Promise<number> {
  const { db, shared } = ingest.control;
  const [top] = await ingest.events.query<{ seq: number }>('SELECT max(seq) AS seq FROM events');
  await raiseSeqFloor(db, top?.seq ?? 0);
  // Others may write to the same folder, or begin to at any moment.
  const sweeping = shared ? sweepLeftovers(ingest) : sweepSpool(ingest.spool, await spooledTokens(db), Infinity);
  await sweeping.catch((error: unknown) => {
    if (!(error instanceof FilesLeft)) throw error;
    ingest.log.warn({ err: error }, 'the spool has files that no batch needs and that cannot be removed');
  });
  return loadAbandoned(ingest).catch((error: unknown) => {
    if (!isUnavailable(error)) throw error;
    ingest.log.warn({ err: error }, 'batches wait: the event store cannot take them now');
    return 0;
  });
}

/** Removes from the spool what no batch needs, while this process and others go on writing to it. For now and then. */
export async function sweepLeftovers({ control, spool }: Ingest): Promise<void> {
  await sweepSpool(spool, await spooledTokens(control.db), Date.now() - SPOOLED_BEFORE_LEDGER_MS);
}

/**
 * Takes over batches whose loader stopped renewing its lease, or whose load was put off, as far as their bytes are within
 * reach; and ends imports whose process is gone. For now and then.
 *
 * @param stopping once it is aborted, no further batch is begun
 * @returns how many batches were loaded
 * @throws AppError `unavailable` when a store takes nothing at the moment: what is not loaded yet waits
 */
export async function loadAbandoned(ingest: Ingest, stopping?: AbortSignal): Promise<number> {
  try {
    return await loadInTurn(ingest, stopping);
  } finally {
    await endUnfinishedImports(ingest);
  }
}

async function loadInTurn(ingest: Ingest, stopping: AbortSignal | undefined): Promise<number> {
  const { control, owner, log } = ingest;
  let loaded = 0;
  let waiting: BatchWaits | undefined;
  for (const abandoned of await abandonedBatches(control.db, new Date())) {
    if (stopping?.aborted) break;
    if (await isOutOfReach(ingest, abandoned)) continue;
    const batch = await claimBatch(control.db, abandoned.seq, { owner, now: new Date(), leaseMs: LEASE_MS });
    if (batch === undefined) continue;
    try {
      await loadFromLedger(ingest, batch);
      loaded += 1;
    } catch (error) {
      if (error instanceof BatchWaits && error.isAlone) waiting ??= error;
      // The store takes nothing: the next batch would fare no better.
      else if (isUnavailable(error)) throw error;
      else log.warn({ err: error, seq: batch.seq }, 'could not load a batch that nobody loads');
    }
  }
  if (waiting !== undefined) throw waiting;
  return loaded;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}

/** Who has no other processes beside him loads it all the same: then the bytes are lost, and that is set down. */
async function isOutOfReach({ control, spool }: Ingest, batch: Batch): Promise<boolean> {
  return control.shared && (await spoolOf(spool, batch)) === undefined;
}

/** Their batches are loaded; the rest of their input nobody has. */
async function endUnfinishedImports(ingest: Ingest): Promise<void> {
  const { db } = ingest.control;
  const unfinished = await listImports(db, { state: 'running', limit: 100_000 });
  if (unfinished.length === 0) return;
  const living = new Set([ingest.owner, ...(await listProcesses(db)).map(({ id }) => id)]);
  for (const { id } of unfinished.filter(({ owner }) => owner === null || !living.has(owner))) {
    const batches = await listBatches(db, { importId: id, state: 'open' });
    if (batches.length > 0) continue;
    const receipt = await receiptSoFar(ingest, id);
    const failure = 'the process ended before the import did; import the same input again to go on from there';
    await finishImport(db, id, { receipt, failure }).catch(unlessEnded);
  }
}

/** Every process looks, and one of them is first. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'not_found')) throw error;
}
