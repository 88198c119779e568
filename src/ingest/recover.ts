import { claimAbandoned, listBatches, raiseSeqFloor } from '../control/ledger.ts';
import { finishImport, listImports } from '../control/repos/imports.ts';
import { type Ingest, LEASE_MS } from './ingest.ts';
import { loadFromLedger } from './load.ts';
import { receiptSoFar } from './receipt-so-far.ts';
import { sweepSpool } from './spool.ts';

/**
 * Finishes what a process that is gone had acknowledged. To be called with the data directory's lock held, before anything
 * is ingested.
 *
 * @returns how many batches were loaded again
 */
export async function recoverBatches(ingest: Ingest): Promise<number> {
  const { db } = ingest.control;
  const [top] = await ingest.events.query<{ seq: number }>('SELECT max(seq) AS seq FROM events');
  await raiseSeqFloor(db, top?.seq ?? 0);
  await sweepSpool(ingest.spool, await tokensToKeep(ingest));
  const loaded = await loadAbandoned(ingest, true);
  await endUnfinishedImports(ingest);
  return loaded;
}

/** Their batches are loaded; the rest of their input nobody has. */
async function endUnfinishedImports(ingest: Ingest): Promise<void> {
  const { control } = ingest;
  for (const unfinished of await listImports(control.db, { state: 'running', limit: 100_000 })) {
    const receipt = await receiptSoFar(ingest, unfinished.id);
    const failure = 'the process ended before the import did; import the same input again to go on from there';
    await finishImport(control.db, unfinished.id, { receipt, failure });
  }
}

/** Takes over batches whose loader stopped renewing its lease, or whose load was put off; for a job that runs now and then. */
export async function loadAbandoned(ingest: Ingest, alone = false): Promise<number> {
  const claim = { owner: ingest.owner, now: new Date(), leaseMs: LEASE_MS, alone };
  const batches = await claimAbandoned(ingest.control.db, claim);
  for (const batch of batches) {
    try {
      await loadFromLedger(ingest, batch);
    } catch (error) {
      ingest.log.warn({ err: error, seq: batch.seq }, 'a batch waits: the event store cannot take it now');
    }
  }
  return batches.length;
}

async function tokensToKeep(ingest: Ingest): Promise<Set<string>> {
  const open = await listBatches(ingest.control.db, { state: 'open' });
  const setAside = await listBatches(ingest.control.db, { state: 'set_aside' });
  return new Set([...open, ...setAside].map((batch) => batch.token));
}
