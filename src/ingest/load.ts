import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Batch, type BatchCounts, commitBatch, putOffBatch, setAsideBatch } from '../control/ledger.ts';
import { countBatch, loadBatch, loadFaults } from '../events/load-batch.ts';
import { AppError } from '../model/errors.ts';
import type { Ingest } from './ingest.ts';
import { landingName } from './mappings.ts';
import { faultsPath, recordsPath, removeSpool } from './spool.ts';

const ATTEMPTS = 3;

/**
 * Brings a batch of the ledger into the event store, counts it there and closes it. Repeatable at any point: the store
 * keeps one copy under the batch's token. A batch that cannot be loaded is set aside with its bytes and its reason.
 *
 * @throws when the engine cannot take anything at the moment (no space, no memory): the batch stays open for later
 */
export async function loadFromLedger(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const counts = await loadOnce(ingest, batch);
      await commitBatch(ingest.control.db, batch.seq, counts);
      await removeSpool(ingest.spool, batch.token);
      return counts;
    } catch (error) {
      if (isForLater(error)) {
        await putOffBatch(ingest.control.db, batch.seq);
        throw notNow(error);
      }
      ingest.log.warn({ err: error, seq: batch.seq, attempt }, 'could not load a batch');
      if (attempt < ATTEMPTS) await sleep(200 * attempt);
      else return setAside(ingest, batch, error);
    }
  }
}

async function loadOnce(ingest: Ingest, batch: Batch): Promise<BatchCounts> {
  const target = { organizationId: batch.organizationId, seq: batch.seq, token: batch.token };
  await loadBatch(ingest.events, {
    ...target,
    landing: landingName(batch.format, batch.variant),
    spoolPath: recordsPath(ingest.spool, batch.token),
    firstLine: batch.firstLine,
    context: batch.context ?? '',
    timezone: batch.timezone ?? 'UTC',
    settings: batch.settings,
  });
  const faults = faultsPath(ingest.spool, batch.token);
  if (await exists(faults)) await loadFaults(ingest.events, { ...target, spoolPath: faults });
  const counts = await countBatch(ingest.events, batch.organizationId, batch.seq);
  const accounted = counts.stored + counts.rejected + counts.ignored;
  if (accounted !== batch.received) {
    throw new Error(`batch ${batch.seq} has ${batch.received} records, the event store accounts for ${accounted}`);
  }
  return { ...counts, received: batch.received };
}

async function setAside(ingest: Ingest, batch: Batch, error: unknown): Promise<BatchCounts> {
  const reason = error instanceof Error ? error.message.slice(0, 1000) : String(error);
  await setAsideBatch(ingest.control.db, batch.seq, reason);
  ingest.log.error({ seq: batch.seq, reason }, 'a batch was set aside; its bytes are kept in the spool');
  return { received: batch.received, stored: 0, rejected: 0, ignored: 0 };
}

/** ClickHouse error codes that say nothing about the batch: no space, no memory, too many parts, time out. */
const LATER_CODES = new Set(['243', '241', '252', '159']);

function isForLater(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return LATER_CODES.has(code) || code === 'ENOSPC' || /No space left on device|NOT_ENOUGH_SPACE/.test(String(error));
}

function notNow(cause: unknown): AppError {
  return new AppError('unavailable', {
    public: 'the event store cannot take records at the moment; what was received is kept and will be loaded',
    internal: cause instanceof Error ? cause.message : String(cause),
    cause,
    retryAfterSeconds: 60,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
