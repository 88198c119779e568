import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  acknowledge,
  type IngestHarness,
  openIngestHarness,
  processBeside,
  recordsInput,
  TEST_ACTOR,
} from '../../../test/ingest-harness.ts';
import { recordsFormat } from '../../../test/records-format.ts';
import {
  abandonAllBatches,
  type Batch,
  batchBySeq,
  claimBatch,
  horizon,
  putOffBatch,
  setAsideBatch,
} from '../../control/ledger.ts';
import { loadBatch } from '../../events/load-batch.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { loadedWith } from '../../ingest/loaded-with.ts';
import { landingName } from '../../ingest/mappings.ts';
import { importInput } from '../../ingest/pipeline.ts';
import { loadAbandoned } from '../../ingest/recover.ts';
import { recordsPath } from '../../ingest/spool.ts';
import { eventIds } from '../../model/event-id.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { giveUpBatch } from './give-up-batch.ts';
import { retryBatch } from './retry-batch.ts';
import { listUnfinishedBatches } from './unfinished-batches.ts';

const RECORDS = recordsInput(
  Array.from({ length: 20 }, () => ({ time: '2026-01-01T00:00:01Z', kind: 'dns', domain: 'example.org' })),
);
const CALLER: Caller = { actor: TEST_ACTOR, permissions: new Set(['administer']), root: null };
const GONE = 'a process that is gone';

let harness: IngestHarness;
let context: Context;
let batch: Batch;
/** A process beside the one that is gone, with a disk of its own. */
let other: Ingest;
let nowMs = Date.now();

beforeEach(async () => {
  harness = await openIngestHarness([recordsFormat]);
  const { control, events, ingest, organizationId } = harness;
  const ids = eventIds(Buffer.alloc(32, 1));
  context = { control, events, eventIds: ids, retentionDays: 0, now: () => nowMs };
  batch = await acknowledge(ingest, organizationId, RECORDS);
  nowMs = Date.now() + 10 * 60_000;
  other = await processBeside(ingest);
});

afterEach(() => harness.close());

const listed = () => listUnfinishedBatches(context, CALLER, { limit: 10 });
const audited = () =>
  harness.control.db
    .selectFrom('auditEntries')
    .select(['action', 'objectId', 'organizationId'])
    .where('objectType', '=', 'batch')
    .orderBy('seq')
    .execute();

/** The disk is lost. */
const loseBytes = () =>
  rename(recordsPath(harness.ingest.spool, batch.token), join(harness.ingest.spool.folder, 'lost'));

async function setAside(reason: string): Promise<void> {
  await setAsideBatch(harness.control.db, batch, reason);
}

describe('giving up a batch', () => {
  test('that nobody brings back lets readers go on', async () => {
    const { db } = harness.control;
    expect(await horizon(db)).toBe(batch.seq - 1);
    expect(await listed()).toMatchObject([
      { seq: batch.seq, organization: 'acme', state: 'open', received: 20, path: 'cut short', waitsFor: GONE },
    ]);
    const reason = `given up by test: its bytes were with ${GONE}`;
    const given = { seq: batch.seq, state: 'set_aside', waitsFor: null, reason };
    expect(await giveUpBatch(context, CALLER, batch.seq)).toMatchObject(given);
    expect(await horizon(db)).toBe(batch.seq);
    expect(await listed()).toMatchObject([given]);
    const entry = { objectId: String(batch.seq), organizationId: harness.organizationId };
    expect(await audited()).toEqual([{ action: 'batch.give_up', ...entry }]);
  });

  test('that was stored, though nobody could say so, commits it', async () => {
    const { landing, settings } = await loadedWith(harness.ingest, batch);
    await loadBatch(harness.events, {
      ...batch,
      landing: landing.table(landingName(batch.format, batch.variant)),
      spoolPath: recordsPath(harness.ingest.spool, batch.token),
      context: '',
      timezone: 'UTC',
      settings,
    });
    expect(await giveUpBatch(context, CALLER, batch.seq)).toMatchObject({ state: 'committed', reason: null });
    expect(await batchBySeq(harness.control.db, batch.seq)).toMatchObject({ stored: 20 });
  });

  test('is refused while somebody has it, or has just had it', async () => {
    const { db } = harness.control;
    nowMs = Date.now();
    const refusal = { code: 'conflict', public: expect.stringContaining(`batch ${batch.seq} is with ${GONE} (`) };
    await expect(giveUpBatch(context, CALLER, batch.seq)).rejects.toMatchObject(refusal);
    await putOffBatch(db, batch);
    await expect(giveUpBatch(context, CALLER, batch.seq)).rejects.toMatchObject(refusal);
    nowMs += 10 * 60_000;
    await claimBatch(db, batch.seq, { owner: 'next', now: new Date(nowMs), leaseMs: 60_000 });
    await expect(giveUpBatch(context, CALLER, batch.seq)).rejects.toMatchObject({
      public: expect.stringContaining('is with next'),
    });
    expect(await listed()).toMatchObject([{ state: 'open', waitsFor: null }]);
    expect(await audited()).toEqual([]);
  });

  test('is refused for what is no open batch, and to who is not the operator', async () => {
    await expect(giveUpBatch(context, CALLER, 4711)).rejects.toMatchObject({ code: 'not_found' });
    await setAside('the engine refuses it');
    await expect(giveUpBatch(context, CALLER, batch.seq)).rejects.toMatchObject({
      code: 'conflict',
      public: `batch ${batch.seq} is set aside already`,
    });
    const viewer: Caller = { ...CALLER, permissions: new Set() };
    for (const attempt of [
      () => giveUpBatch(context, viewer, batch.seq),
      () => retryBatch(context, other, viewer, batch.seq),
      () => listUnfinishedBatches(context, viewer, { limit: 1 }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the same input, brought again to another process', () => {
  const bring = async () => {
    const source = (async function* () {
      yield RECORDS.bytes;
    })();
    const input = { organizationId: harness.organizationId, importId: batch.importId ?? '', timezone: 'UTC' };
    return (await importInput(other, { ...input, path: 'again.json', source })).receipt;
  };

  test('brings back the bytes of a batch that waits', async () => {
    await loseBytes();
    await abandonAllBatches(harness.control.db, new Date());
    expect(await loadAbandoned(other)).toBe(0);
    expect(await bring()).toMatchObject({ received: 20, duplicate: 20 });
    expect(await loadAbandoned(other)).toBe(1);
    expect(await harness.count('events')).toBe(20);
  });

  test('brings back the bytes of one that was given up, to be tried again', async () => {
    await loseBytes();
    await giveUpBatch(context, CALLER, batch.seq);
    expect(await bring()).toMatchObject({ received: 20, setAside: 20 });
    await retryBatch(context, other, CALLER, batch.seq);
    await abandonAllBatches(harness.control.db, new Date());
    expect(await loadAbandoned(other)).toBe(1);
    expect(await harness.count('events')).toBe(20);
  });
});

describe('trying a batch again', () => {
  test('opens it under a new number, that readers have not passed', async () => {
    const { db } = harness.control;
    await setAside('the engine refuses it');
    expect(await horizon(db)).toBe(batch.seq);
    const reopened = await retryBatch(context, other, CALLER, batch.seq);
    expect(reopened).toMatchObject({ state: 'open', reason: null, attempts: 0, owner: 'other', received: 20 });
    expect(reopened.seq).toBeGreaterThan(batch.seq);
    expect(await horizon(db)).toBe(reopened.seq - 1);

    await abandonAllBatches(db, new Date());
    expect(await loadAbandoned(other)).toBe(1);
    expect(await batchBySeq(db, reopened.seq)).toMatchObject({ state: 'committed', stored: 20 });
    expect(await batchBySeq(db, batch.seq)).toBeUndefined();
    expect(await listed()).toEqual([]);
    const entry = { objectId: String(batch.seq), organizationId: harness.organizationId };
    expect(await audited()).toEqual([{ action: 'batch.retry', ...entry }]);
  });

  test('takes the bytes that its sender has brought again, to whichever process', async () => {
    await loseBytes();
    await giveUpBatch(context, CALLER, batch.seq);
    await expect(retryBatch(context, other, CALLER, batch.seq)).rejects.toMatchObject({
      code: 'conflict',
      public: expect.stringMatching(/^the bytes of batch \d+ are neither in .*other-spool nor at .*import the same/),
    });
    await rename(join(harness.ingest.spool.folder, 'lost'), recordsPath(other.spool, batch.token));
    const { seq } = await retryBatch(context, other, CALLER, batch.seq);
    await abandonAllBatches(harness.control.db, new Date());
    expect(await loadAbandoned(other)).toBe(1);
    expect(await batchBySeq(harness.control.db, seq)).toMatchObject({ state: 'committed', stored: 20 });
    expect(await harness.count('events')).toBe(20);
  });

  test('is refused where some of it is in the event store: it would be there twice', async () => {
    await harness.events.command(
      `INSERT INTO rejects (org, seq, row, line, reason, raw) VALUES (${harness.organizationId}, ${batch.seq}, 0, 1, 'x', 'x')`,
    );
    await setAside('the engine refuses it');
    await expect(retryBatch(context, other, CALLER, batch.seq)).rejects.toMatchObject({
      code: 'conflict',
      public: expect.stringMatching(/^1 of the 20 records of batch/),
    });
    expect(await listed()).toMatchObject([{ state: 'set_aside' }]);
  });

  test('is refused for a batch that is not set aside', async () => {
    await expect(retryBatch(context, other, CALLER, batch.seq)).rejects.toMatchObject({ code: 'conflict' });
    await expect(retryBatch(context, other, CALLER, 4711)).rejects.toMatchObject({ code: 'not_found' });
  });
});
