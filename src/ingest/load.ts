import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Batch,
  type BatchCounts,
  batchBySeq,
  commitBatch,
  noteRefused,
  putOffBatch,
  renewLease,
  setAsideBatch,
} from '../control/ledger.ts';
import { countBatch, FAULT_ROWS, loadBatch, loadRejects } from '../events/load-batch.ts';
import { AppError } from '../model/errors.ts';
import { BatchWaits, isForLater, isLimit } from './engine-trouble.ts';
import { findRefused, type LoadFault, TooManyRefused } from './find-refused.ts';
import { type Ingest, LEASE_MS } from './ingest.ts';
import { countCommitted, countNotCommitted } from './load-metrics.ts';
import { loadedWith } from './loaded-with.ts';
import { landingName } from './mappings.ts';
import { faultsPath, recordsPath, removeSpool, spoolOf } from './spool.ts';
import { withoutRefused, withRejects } from './spool-records.ts';

const ATTEMPTS = 3;

/**
 * Brings a batch of the ledger into the event store, counts it there and closes it. Repeatable at any point: the store
 * keeps one copy under the batch's token. Records that the engine fails on are found, written into the ledger, and kept as rejects
 * while the others are stored. A batch that cannot be loaded even so is set aside with its bytes and its reason.
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

async function loadOrSetAside(ingest: Ingest, claimed: Batch): Promise<BatchCounts> {
  let batch = claimed;
  for (let attempt = 1; ; ) {
    try {
      return await loadAndClose(ingest, batch);
    } catch (error) {
      if (!isForLater(error)) ingest.log.warn({ err: error, seq: batch.seq, attempt }, 'could not load a batch');
      const finding = await diagnose(ingest, batch, error).catch((later: unknown) => wait(ingest, batch, later));
      if ('refused' in finding) {
        if (!(await noteRefused(ingest.control.db, batch, finding.refused))) return asClosed(ingest, batch);
        batch = { ...batch, refused: finding.refused };
      } else if (finding.isFinal || attempt >= ATTEMPTS) return setAside(ingest, batch, finding.error);
      else await sleep(200 * attempt++);
    }
  }
}

async function loadAndClose(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  const begunAt = performance.now();
  const counts = await loadOnce(ingest, batch);
  const closed = await commitBatch(ingest.control.db, batch.seq, counts);
  if (!closed) return asClosed(ingest, batch);
  countCommitted(batch, counts, (performance.now() - begunAt) / 1000);
  await forget(ingest, batch);
  return counts;
}

/** What to do about a batch that could not be loaded: load it without some of its records, or, where none is at fault, try again. */
type Finding = { readonly refused: Batch['refused'] } | { readonly error: unknown; readonly isFinal: boolean };

/** So often a batch is tried that reaches a limit of the engine, before its records are looked at. */
const TRIES_AT_LIMIT = 4;

/** So often it is tried where none of its records reaches the limit alone. */
const MOST_TRIES_AT_LIMIT = 60;

/** @throws what says nothing about the batch: it waits */
async function diagnose(ingest: Ingest, batch: Batch, error: unknown): Promise<Finding> {
  const fault = faultOf(error);
  if (isForLater(error) && (fault !== 'limit' || batch.attempts < TRIES_AT_LIMIT)) throw error;
  // What is stored under the batch's token already is stored with all records: none of them can be left out any more.
  if (fault !== 'missing' && (await hasRows(ingest, batch))) return unexplained(batch, error);
  try {
    const found = await findRefused(ingest, batch, fault);
    return found.length > 0 ? { refused: [...batch.refused, found] } : unexplained(batch, error);
  } catch (reason) {
    if (isForLater(reason)) throw reason;
    return { error: reason, isFinal: reason instanceof TooManyRefused };
  }
}

function unexplained(batch: Batch, error: unknown): Finding {
  if (isForLater(error) && batch.attempts < MOST_TRIES_AT_LIMIT) throw error;
  return { error, isFinal: isForLater(error) };
}

function faultOf(error: unknown): LoadFault {
  if (error instanceof RecordsMissing) return 'missing';
  return isLimit(error) ? 'limit' : 'failed';
}

async function hasRows({ events }: Ingest, { organizationId, seq }: Batch): Promise<boolean> {
  const { stored, rejected, ignored } = await countBatch(events, organizationId, seq);
  return stored + rejected + ignored > 0;
}

/** Leaves a batch open for later. */
async function wait(ingest: Ingest, batch: Batch, error: unknown): Promise<never> {
  await putOff(ingest, batch);
  throw error instanceof BatchWaits ? error : new BatchWaits(error, isLimit(error));
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
  await loadRecords(ingest, batch);
  const counts = await countBatch(ingest.events, batch.organizationId, batch.seq);
  const accounted = counts.stored + counts.rejected + counts.ignored;
  if (accounted === batch.received) return { ...counts, received: batch.received };
  const reason = `batch ${batch.seq} has ${batch.received} records, the event store accounts for ${accounted}`;
  if (mayLag(ingest, batch, accounted)) throw new BatchWaits(new AppError('unavailable', { public: reason }), true);
  throw accounted < batch.received ? new RecordsMissing(reason) : new Error(reason);
}

/** Each step has a token of its own, so that all of them may be repeated. */
async function loadRecords(ingest: Ingest, batch: Batch): Promise<void> {
  const { landing, settings } = await loadedWith(ingest, batch);
  const target = { organizationId: batch.organizationId, seq: batch.seq, token: batch.token };
  const from = (await spoolOf(ingest.spool, batch)) ?? ingest.spool;
  const places = { from, to: ingest.spool };
  const load = (spoolPath: string) =>
    loadBatch(ingest.events, {
      ...target,
      landing: landing.table(landingName(batch.format, batch.variant)),
      spoolPath,
      firstLine: batch.firstLine,
      context: batch.context ?? '',
      timezone: batch.timezone ?? 'UTC',
      settings,
    });
  await (batch.refused.length === 0 ? load(recordsPath(from, batch.token)) : withoutRefused(places, batch, load));
  for (const [turn, refused] of batch.refused.entries()) {
    await withRejects(places, batch, refused, (spoolPath) =>
      loadRejects(ingest.events, { ...target, part: `refused-${turn}`, firstRow: 0, spoolPath }),
    );
  }
  const faults = faultsPath(from, batch.token);
  const file = { ...target, part: 'faults', firstRow: FAULT_ROWS, spoolPath: faults };
  if (await exists(faults)) await loadRejects(ingest.events, file);
}

/** Fewer records came out of the event store than went in. */
class RecordsMissing extends Error {}

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
  if (state === 'open') throw new BatchWaits(new Error(`batch ${batch.seq} was taken over by another process`), true);
  return { received, stored, rejected, ignored };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
