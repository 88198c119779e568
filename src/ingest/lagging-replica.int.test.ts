import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type IngestHarness, openIngestHarness } from '../../test/ingest-harness.ts';
import { recordLines, recordsFormat } from '../../test/records-format.ts';
import { batchBySeq, openBatch } from '../control/ledger.ts';
import { LOAD_SETTINGS } from '../events/load-batch.ts';
import { loadFromLedger } from './load.ts';
import { loadWith } from './loaded-with.ts';
import { recordsPath, writeSpool } from './spool.ts';

vi.hoisted(() => vi.stubEnv('TEST_EVENTS', 'cluster'));

let harness: IngestHarness;

beforeEach(async () => {
  harness = await openIngestHarness([recordsFormat]);
});

afterEach(() => harness.close());

/** A batch of one more record than there are: what is asked about it has not got all that was written. */
async function openShortBatch(attempts: number) {
  const { control, ingest, organizationId } = harness;
  const token = randomBytes(32).toString('hex');
  const records = [{ time: '2026-01-02T03:04:05Z', kind: 'dns', domain: 'a.example' }];
  await writeSpool(ingest.spool, token, { lines: [Buffer.from(recordLines(records))], firstLine: 1, faults: [] });
  const { batch } = await openBatch(control.db, {
    organizationId,
    format: recordsFormat.name,
    variant: 'json',
    token,
    startHash: token,
    startOffset: 0,
    endOffset: 100,
    endHash: token,
    firstLine: 1,
    lines: 2,
    received: 2,
    settings: loadWith(ingest, LOAD_SETTINGS),
    spoolPath: recordsPath(ingest.spool, token),
    owner: ingest.owner,
    leaseMs: 60_000,
  });
  await harness.control.db.updateTable('batches').set({ attempts }).where('seq', '=', batch.seq).execute();
  return { ...batch, attempts };
}

test('a batch that a replica has not got all of waits, with its bytes', async () => {
  const batch = await openShortBatch(1);
  await expect(loadFromLedger(harness.ingest, batch)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await batchBySeq(harness.control.db, batch.seq)).toMatchObject({ state: 'open' });
});

test('a batch that is short for too long is set aside: it would hold up everybody who waits for all before it', async () => {
  const batch = await openShortBatch(60);
  await loadFromLedger(harness.ingest, batch);
  expect(await batchBySeq(harness.control.db, batch.seq)).toMatchObject({
    state: 'set_aside',
    reason: expect.stringContaining('holds 1 of the 2 records'),
  });
});
