import { existsSync } from 'node:fs';
import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  acknowledge,
  type IngestHarness,
  openIngestHarness,
  processBeside,
  recordsInput,
} from '../../test/ingest-harness.ts';
import { recordsFormat } from '../../test/records-format.ts';
import { abandonAllBatches, batchBySeq, claimBatch, setAsideBatch } from '../control/ledger.ts';
import { listImports } from '../control/repos/imports.ts';
import { forgetProcess, noteProcess } from '../control/repos/processes.ts';
import { dropOtherLandings, prepareLanding } from '../events/landing.ts';
import { HOUR_MS } from '../kit/durations.ts';
import type { Ingest } from './ingest.ts';
import { loadFromLedger } from './load.ts';
import { landingMappings } from './mappings.ts';
import { loadAbandoned, recoverBatches } from './recover.ts';
import { recordsPath } from './spool.ts';

const RECORDS = recordsInput(
  Array.from({ length: 20 }, (_, row) => ({
    time: `2026-01-01T00:00:${10 + row}Z`,
    kind: 'dns',
    domain: `host${row}.example`,
  })),
);

let harness: IngestHarness;
/** A process beside the harness's, with a spool of its own. */
let other: Ingest;

beforeEach(async () => {
  harness = await openIngestHarness([recordsFormat]);
  other = await processBeside(harness.ingest);
});

afterEach(() => harness.close());

describe('batches of a process that is gone', () => {
  test('wait for the end of its lease, or for others to notice', async () => {
    const { seq } = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    expect(await recoverBatches(other)).toBe(0);
    await forgetProcess(harness.control.db, 'a process that is gone', new Date());
    expect(await loadAbandoned(other)).toBe(1);
    expect(await batchBySeq(harness.control.db, seq)).toMatchObject({ state: 'committed', stored: 20 });
  });

  test('are loaded from its spool where that is within reach, and removed there', async () => {
    const { token } = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await abandonAllBatches(harness.control.db, new Date());
    expect(await loadAbandoned(other)).toBe(1);
    expect(await harness.count('events')).toBe(20);
    expect(existsSync(recordsPath(harness.ingest.spool, token))).toBe(false);
  });

  test('wait while its spool is not within reach, and are neither lost nor given up', async () => {
    const { seq } = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await abandonAllBatches(harness.control.db, new Date());
    const { folder } = harness.ingest.spool;
    await rename(folder, `${folder}-away`);
    expect(await loadAbandoned(other)).toBe(0);
    expect(await batchBySeq(harness.control.db, seq)).toMatchObject({ state: 'open', attempts: 1 });

    await rename(`${folder}-away`, folder);
    expect(await loadAbandoned(other)).toBe(1);
    expect(await harness.count('events')).toBe(20);
  });

  test('are loaded once their sender has brought the same bytes to another process', async () => {
    const { seq, token } = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await abandonAllBatches(harness.control.db, new Date());
    const { folder } = harness.ingest.spool;
    await rename(folder, `${folder}-away`);
    await rename(join(`${folder}-away`, `${token}.records`), recordsPath(other.spool, token));
    expect(await loadAbandoned(other)).toBe(1);
    expect(await batchBySeq(harness.control.db, seq)).toMatchObject({ state: 'committed', stored: 20 });
  });

  test('are set aside where no other process can have their bytes', async () => {
    const { seq, token } = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await rename(recordsPath(harness.ingest.spool, token), join(other.spool.folder, 'elsewhere'));
    const alone: Ingest = { ...harness.ingest, control: { ...harness.control, shared: false } };
    await abandonAllBatches(harness.control.db, new Date());
    await recoverBatches(alone);
    expect(await batchBySeq(harness.control.db, seq)).toMatchObject({ state: 'set_aside' });
  });
});

test('a batch that was taken over is not given up by who had it before, and its bytes stay', async () => {
  const { db } = harness.control;
  const before = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
  const path = recordsPath(harness.ingest.spool, before.token);
  await forgetProcess(db, 'a process that is gone', new Date());
  await claimBatch(db, before.seq, { owner: 'other', now: new Date(), leaseMs: 60_000 });

  await rename(path, `${path}-away`);
  await expect(loadFromLedger(harness.ingest, before)).rejects.toMatchObject({ code: 'unavailable' });
  await rename(`${path}-away`, path);
  const claimed = await batchBySeq(db, before.seq);
  expect(claimed).toMatchObject({ state: 'open', owner: 'other' });

  await setAsideBatch(db, claimed ?? before, 'the engine refuses it');
  expect(await loadFromLedger(harness.ingest, before)).toMatchObject({ received: 20, stored: 0 });
  expect(existsSync(path)).toBe(true);
});

test('a batch waits where another release has dropped what it passes on its way', async () => {
  const { db } = harness.control;
  const batch = await acknowledge(harness.ingest, harness.organizationId, RECORDS);
  await dropOtherLandings(harness.ingest.events, new Set());
  await expect(loadFromLedger(harness.ingest, batch)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await batchBySeq(db, batch.seq)).toMatchObject({ state: 'open' });

  // A newer release may have changed what records go into.
  await harness.events.command('ALTER TABLE events ADD COLUMN of_a_newer_release String');
  const { generation } = harness.ingest.landing;
  await prepareLanding(harness.ingest.events, landingMappings([recordsFormat]), generation);
  await abandonAllBatches(db, new Date());
  expect(await loadAbandoned(other)).toBe(1);
  expect(await harness.count('events')).toBe(20);
});

test('batches are left to others once a process is to stop', async () => {
  await acknowledge(harness.ingest, harness.organizationId, RECORDS);
  await abandonAllBatches(harness.control.db, new Date());
  expect(await loadAbandoned(other, AbortSignal.abort())).toBe(0);
  expect(await loadAbandoned(other)).toBe(1);
});

describe('a spool that several processes use', () => {
  test('keeps what another one wrote and has not opened a batch for yet', async () => {
    const path = recordsPath(harness.ingest.spool, 'f'.repeat(64));
    await writeFile(path, 'on its way');
    const sharing: Ingest = { ...other, spool: harness.ingest.spool };
    await recoverBatches(sharing);
    expect(existsSync(path)).toBe(true);
    const longAgo = new Date(Date.now() - 2 * HOUR_MS);
    await utimes(path, longAgo, longAgo);
    await recoverBatches(sharing);
    expect(existsSync(path)).toBe(false);
  });

  test('is emptied of what nobody needs by who has it to himself', async () => {
    const path = recordsPath(harness.ingest.spool, 'f'.repeat(64));
    await writeFile(path, 'left behind');
    await recoverBatches({ ...harness.ingest, control: { ...harness.control, shared: false } });
    expect(existsSync(path)).toBe(false);
  });
});

describe('an import of a process that is gone', () => {
  test('ends when its batches are loaded, and not while it lives', async () => {
    const { db } = harness.control;
    const running = async () => (await listImports(db, { state: 'running', limit: 10 })).length;
    await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await db.updateTable('imports').set({ owner: 'first' }).execute();
    const at = new Date().toISOString();
    const row = { host: 'h', pid: 1, roles: '', version: '', events: '', landing: '', tokenKey: '' };
    await noteProcess(db, { id: 'first', ...row, startedAt: at, seenAt: at });
    await loadAbandoned(other);
    expect(await running()).toBe(1);

    await forgetProcess(db, 'first', new Date());
    await loadAbandoned(other);
    expect(await running()).toBe(1);

    await abandonAllBatches(db, new Date());
    await loadAbandoned(other);
    expect(await running()).toBe(0);
    const [ended] = await listImports(db, { state: 'failed', limit: 10 });
    expect(ended).toMatchObject({ receipt: { received: 20, stored: 20 } });
  });

  test('ends once, whoever of those who look at the same moment is first', async () => {
    const { db } = harness.control;
    await acknowledge(harness.ingest, harness.organizationId, RECORDS);
    await abandonAllBatches(db, new Date());
    await db.updateTable('batches').set({ state: 'set_aside', owner: null, leaseUntil: null }).execute();
    await Promise.all([other, { ...other, owner: 'third' }].map((ingest) => loadAbandoned(ingest)));
    expect(await listImports(db, { state: 'failed', limit: 10 })).toHaveLength(1);
  });
});
