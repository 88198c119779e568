import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Batch,
  type BatchCounts,
  batchBySeq,
  commitBatch,
  putOffBatch,
  renewLease,
  setAsideBatch,
} from '../control/ledger.ts';
import { countBatch, loadBatch, loadFaults } from '../events/load-batch.ts';
import { AppError } from '../model/errors.ts';
import { isDiskFull } from './disk-full.ts';
import { type Ingest, LEASE_MS } from './ingest.ts';
import { countCommitted, countNotCommitted } from './load-metrics.ts';
import { loadedWith } from './loaded-with.ts';
import { landingName } from './mappings.ts';
import { faultsPath, recordsPath, removeSpool, spoolOf } from './spool.ts';

const ATTEMPTS = 3;

/**
 * Brings a batch of the ledger into the event store, counts it there and closes it. Repeatable at any point: the store
 * keeps one copy under the batch's token. A batch that cannot be loaded is set aside with its bytes and its reason.
 *
 * @throws when the engine cannot take anything at the moment (no space, no memory): the batch stays open for later
 */
export async function loadFromLedger(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  const renewal = keepLease(ingest, batch);
  try {
    return await loadOrSetAside(ingest, batch);
  } finally {
    clearInterval(renewal);
  }
}

/** For as long as the load goes on: a batch whose load ended without closing it is somebody's to take again. */
function keepLease({ control, log }: Ingest, batch: Batch): NodeJS.Timeout {
  return setInterval(() => {
    renewLease(control.db, batch, { now: new Date(), leaseMs: LEASE_MS }).catch((error: unknown) =>
      log.error({ err: error, seq: batch.seq }, 'could not renew the lease of a batch'),
    );
  }, LEASE_MS / 3);
}

async function loadOrSetAside(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const begunAt = performance.now();
      const counts = await loadOnce(ingest, batch);
      const closed = await commitBatch(ingest.control.db, batch.seq, counts);
      if (!closed) return await asClosed(ingest, batch);
      countCommitted(batch, counts, (performance.now() - begunAt) / 1000);
      await forget(ingest, batch);
      return counts;
    } catch (error) {
      if (isForLater(error)) {
        await putOff(ingest, batch);
        throw notNow(error);
      }
      ingest.log.warn({ err: error, seq: batch.seq, attempt }, 'could not load a batch');
      if (attempt < ATTEMPTS) await sleep(200 * attempt);
      else return setAside(ingest, batch, error);
    }
  }
}

/** Wherever its bytes were: the batch is in the event store. */
async function forget({ spool, log }: Ingest, batch: Batch): Promise<void> {
  await removeSpool(spool, batch.token);
  const other = await spoolOf(spool, batch);
  if (other === undefined) return;
  await removeSpool(other, batch.token).catch((error: unknown) =>
    log.warn({ err: error, seq: batch.seq }, 'could not remove what another process has in its spool'),
  );
}

async function loadOnce(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  const { landing, settings } = await loadedWith(ingest, batch);
  const target = { organizationId: batch.organizationId, seq: batch.seq, token: batch.token };
  const spool = (await spoolOf(ingest.spool, batch)) ?? ingest.spool;
  await loadBatch(ingest.events, {
    ...target,
    landing: landing.table(landingName(batch.format, batch.variant)),
    spoolPath: recordsPath(spool, batch.token),
    firstLine: batch.firstLine,
    context: batch.context ?? '',
    timezone: batch.timezone ?? 'UTC',
    settings,
  });
  const faults = faultsPath(spool, batch.token);
  if (await exists(faults)) await loadFaults(ingest.events, { ...target, spoolPath: faults });
  const counts = await countBatch(ingest.events, batch.organizationId, batch.seq);
  const accounted = counts.stored + counts.rejected + counts.ignored;
  if (accounted !== batch.received) {
    const reason = `batch ${batch.seq} has ${batch.received} records, the event store accounts for ${accounted}`;
    throw mayLag(ingest, batch, accounted) ? new AppError('unavailable', { public: reason }) : new Error(reason);
  }
  return { ...counts, received: batch.received };
}

/** After this many tries the records that a cluster does not find are missing. */
const TRIES_WHILE_LAGGING = 60;

/** On a cluster a replica may have been asked that has not got all of the batch from the one that took it. */
function mayLag({ events }: Ingest, batch: Batch, accounted: number): boolean {
  return events.cluster !== null && accounted < batch.received && batch.attempts < TRIES_WHILE_LAGGING;
}

/** Where even this cannot be written down, the batch comes back when its lease ends. */
async function putOff({ control, log }: Ingest, batch: Batch): Promise<void> {
  countNotCommitted('put_off');
  await putOffBatch(control.db, batch).catch((error: unknown) =>
    log.warn({ err: error, seq: batch.seq }, 'could not put off a batch; it waits for the end of its lease'),
  );
}

/** Unless somebody has taken it over meanwhile. */
async function setAside(ingest: Ingest, batch: Batch, error: unknown): Promise<BatchCounts> {
  const { control, log } = ingest;
  const reason = error instanceof Error ? error.message.slice(0, 1000) : String(error);
  if (await setAsideBatch(control.db, batch, reason)) {
    countNotCommitted('set_aside');
    log.error({ seq: batch.seq, reason }, 'a batch was set aside; its bytes are kept in the spool');
  }
  return asClosed(ingest, batch);
}

/** What the ledger says of a batch: whoever closed it has counted it, and what is left of its bytes is his. */
async function asClosed({ control }: Ingest, batch: Batch): Promise<BatchCounts> {
  const { state, received, stored, rejected, ignored } = (await batchBySeq(control.db, batch.seq)) ?? batch;
  if (state === 'open') throw notNow(new Error(`batch ${batch.seq} was taken over by another process`));
  return { received, stored, rejected, ignored };
}

/**
 * ClickHouse error codes that say nothing about the batch: no memory, too many parts, time out, and no such table, where another
 * release has dropped the landing of a process that it took for gone.
 */
const LATER_CODES = new Set(['241', '252', '159', '60']);

function isForLater(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return LATER_CODES.has(code) || isDiskFull(error);
}

function notNow(cause: unknown): AppError {
  return new AppError('unavailable', {
    public: `${reasonNow(cause)}; what was received is kept and will be loaded`,
    internal: cause instanceof Error ? cause.message : String(cause),
    cause,
    retryAfterSeconds: 60,
  });
}

/** Either store may be the one that is gone. */
function reasonNow(cause: unknown): string {
  if (isDiskFull(cause)) return 'the disk is full';
  return cause instanceof AppError ? cause.public : 'the event store cannot take records at the moment';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
