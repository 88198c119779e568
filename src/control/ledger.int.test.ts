import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Actor } from '../model/scope.ts';
import type { Control } from './database.ts';
import {
  abandonAllBatches,
  abandonedBatches,
  batchBySeq,
  claimBatch,
  commitBatch,
  findKnownRanges,
  horizon,
  listBatches,
  type NewBatch,
  openBatch,
  putOffBatch,
  raiseSeqFloor,
  renewLease,
  setAsideBatch,
} from './ledger.ts';
import { batchHealth } from './repos/batch-health.ts';
import { finishImport, startImport } from './repos/imports.ts';
import { createOrganization } from './repos/organizations.ts';
import type { Db } from './transaction.ts';

const actor: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };

let dir: string;
let control: Control;
let db: Db;
let organizationId: number;
let tokens: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-ledger-'));
  control = await openTestControl(join(dir, 'control.db'));
  db = control.db;
  tokens = 0;
  organizationId = (await createOrganization(db, { slug: 'north', name: 'North', actor })).id;
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

function newBatch(overrides: Partial<NewBatch> = {}): NewBatch {
  tokens += 1;
  return {
    organizationId,
    format: 'zeek',
    variant: 'dns',
    token: `token-${tokens}`,
    startHash: 'start',
    startOffset: 0,
    endOffset: 1000,
    endHash: 'end',
    firstLine: 1,
    lines: 10,
    received: 13,
    settings: { max_block_size: 65_536, engine: '26.7' },
    spoolPath: `spool/${tokens}`,
    owner: 'me',
    leaseMs: 60_000,
    ...overrides,
  };
}

const open = async (overrides: Partial<NewBatch> = {}, now?: Date) =>
  (await openBatch(db, newBatch(overrides), now)).batch;

const commit = (seq: number, stored = 10) =>
  commitBatch(db, seq, { received: stored + 3, stored, rejected: 2, ignored: 1 });

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

describe('batches', () => {
  it('are kept as they were opened, in ascending numbers', async () => {
    const first = await open({ context: '{"fields":3}', timezone: 'Europe/Berlin' }, at(0));
    const second = await open();
    expect([first.seq, second.seq]).toEqual([1, 2]);
    expect(await batchBySeq(db, 1)).toEqual(first);
    expect(first).toMatchObject({
      state: 'open',
      settings: { max_block_size: 65_536, engine: '26.7' },
      context: '{"fields":3}',
      timezone: 'Europe/Berlin',
      attempts: 1,
      leaseUntil: '2026-01-01T00:01:00.000Z',
      received: 13,
      stored: 0,
    });
  });

  it('have a token each: opening one again answers with the first', async () => {
    const { batch } = await openBatch(db, newBatch({ token: 'same' }));
    const again = await openBatch(db, newBatch({ token: 'same', spoolPath: 'spool/other' }));
    expect(again).toEqual({ batch, isNew: false });
    const side = await Promise.all([1, 2, 3].map(() => openBatch(db, newBatch({ token: 'side by side' }))));
    expect(side.filter((one) => one.isNew)).toHaveLength(1);
    expect(new Set(side.map((one) => one.batch.seq)).size).toBe(1);
  });

  it('start above the floor, and a lower floor changes nothing', async () => {
    await raiseSeqFloor(db, 5000);
    expect(await horizon(db)).toBe(5000);
    await raiseSeqFloor(db, 7);
    expect((await open()).seq).toBe(5001);
  });

  it('never reuse a number', async () => {
    const { seq } = await open();
    await db.deleteFrom('batches').execute();
    expect((await open()).seq).toBe(seq + 1);
  });

  it('commit once, with counts that add up', async () => {
    const batch = await open();
    const { seq } = batch;
    const wrong = commitBatch(db, seq, { received: 10, stored: 9, rejected: 0, ignored: 0 });
    await expect(wrong).rejects.toMatchObject({ code: 'internal' });
    expect(await batchBySeq(db, seq)).toMatchObject({ state: 'open' });
    expect(await commit(seq)).toBe(true);
    expect(await commit(seq)).toBe(false);
    expect(await setAsideBatch(db, batch, 'late')).toBe(false);
    expect(await batchBySeq(db, seq)).toMatchObject({
      state: 'committed',
      received: 13,
      stored: 10,
      rejected: 2,
      ignored: 1,
      owner: null,
      leaseUntil: null,
      spoolPath: null,
      reason: null,
    });
  });

  it('keep their bytes and the reason when they are set aside', async () => {
    const batch = await open();
    expect(await setAsideBatch(db, batch, 'the engine refuses it')).toBe(true);
    expect(await commit(batch.seq)).toBe(false);
    const [aside] = await listBatches(db, { state: 'set_aside' });
    expect(aside).toMatchObject({
      seq: batch.seq,
      spoolPath: batch.spoolPath,
      reason: 'the engine refuses it',
      owner: null,
    });
  });
});

describe('findKnownRanges', () => {
  it('finds what begins here, the longest first, unless it was set aside', async () => {
    const short = await open({ endOffset: 100 });
    const long = await open({ endOffset: 900 });
    const aside = await open({ endOffset: 1500 });
    await open({ startHash: 'elsewhere' });
    await open({ format: 'eve' });
    await commit(short.seq);
    await setAsideBatch(db, aside, 'broken');
    const start = { organizationId, format: 'zeek', startHash: 'start' };
    const known = await findKnownRanges(db, start);
    expect(known.map(({ seq, endOffset, state }) => ({ seq, endOffset, state }))).toEqual([
      { seq: long.seq, endOffset: 900, state: 'open' },
      { seq: short.seq, endOffset: 100, state: 'committed' },
    ]);
    expect(await findKnownRanges(db, { ...start, organizationId: organizationId + 1 })).toEqual([]);
  });
});

describe('leases', () => {
  const abandonedAt = async (seconds: number) => (await abandonedBatches(db, at(seconds))).map(({ seq }) => seq);

  it('protect a batch until they run out', async () => {
    const { seq } = await open({ owner: 'dead', leaseMs: 10_000 }, at(0));
    const claim = (owner: string, seconds: number) => claimBatch(db, seq, { owner, now: at(seconds), leaseMs: 10_000 });
    expect(await abandonedAt(9)).toEqual([]);
    expect(await claim('heir', 9)).toBeUndefined();
    expect(await abandonedAt(10)).toEqual([seq]);
    expect(await claim('heir', 10)).toMatchObject({ owner: 'heir', attempts: 2, leaseUntil: at(20).toISOString() });
    expect(await claim('second heir', 10)).toBeUndefined();
    expect(await claim('second heir', 22)).toMatchObject({ seq, owner: 'second heir', attempts: 3 });
    const untried = await open({ owner: 'dead', leaseMs: 10_000 }, at(0));
    expect(await abandonedAt(40)).toEqual([untried.seq, seq]);
  });

  it('last as long as they are renewed, each by its owner', async () => {
    const [kept, lapsed, taken] = [
      await open({ owner: 'alive', leaseMs: 10_000 }, at(0)),
      await open({ owner: 'alive', leaseMs: 10_000 }, at(0)),
      await open({ owner: 'other', leaseMs: 10_000 }, at(0)),
    ];
    for (const batch of [kept, { ...taken, owner: 'alive' }]) {
      await renewLease(db, batch, { now: at(9), leaseMs: 10_000 });
    }
    expect(await abandonedAt(15)).toEqual([lapsed.seq, taken.seq]);
  });

  it('that ended give a batch back to its own owner too', async () => {
    const { seq } = await open({ owner: 'alive', leaseMs: 10_000 }, at(0));
    expect(await claimBatch(db, seq, { owner: 'alive', now: at(11), leaseMs: 10_000 })).toMatchObject({ attempts: 2 });
  });

  it('that ended leave nothing to decide to who had the batch, once somebody claimed it', async () => {
    const before = await open({ owner: 'slow', leaseMs: 10_000 }, at(0));
    const after = await claimBatch(db, before.seq, { owner: 'slow', now: at(11), leaseMs: 10_000 });
    expect(await setAsideBatch(db, before, 'it was not there')).toBe(false);
    await putOffBatch(db, before, at(12));
    await renewLease(db, before, { now: at(12), leaseMs: 60_000 });
    expect(await batchBySeq(db, before.seq)).toEqual(after);
    expect(await commit(before.seq)).toBe(true);
  });

  it('do not hold back who knows that every other owner is dead', async () => {
    const batches = [await open({ owner: 'dead' }, at(0)), await open({ owner: 'dead' }, at(0))];
    await commit((await open({ owner: 'dead' }, at(0))).seq);
    await abandonAllBatches(db, at(1));
    expect(await abandonedAt(1)).toEqual(batches.map(({ seq }) => seq));
  });
});

describe('horizon', () => {
  it('stands before the first open batch, whatever committed behind it', async () => {
    expect(await horizon(db)).toBe(0);
    const [first, second, third] = [await open(), await open(), await open()];
    expect(await horizon(db)).toBe(0);
    await commit(third.seq);
    await commit(second.seq);
    expect(await horizon(db)).toBe(0);
    await setAsideBatch(db, first, 'broken');
    expect(await horizon(db)).toBe(third.seq);
    await open();
    expect(await horizon(db)).toBe(third.seq);
  });

  it('never goes back, and no batch at or below it is open', async () => {
    const steps = fc.array(fc.oneof(fc.constant('open' as const), fc.nat(10)), { maxLength: 25 });
    const property = fc.asyncProperty(steps, async (plan) => {
      let before = await horizon(db);
      for (const step of plan) {
        const opened = await listBatches(db, { state: 'open' });
        const chosen = step === 'open' ? undefined : opened[step % Math.max(1, opened.length)];
        if (step === 'open') await open();
        else if (chosen !== undefined) await commit(chosen.seq);
        const now = await horizon(db);
        const left = (await listBatches(db, { state: 'open' })).map((one) => one.seq);
        expect(now).toBeGreaterThanOrEqual(before);
        expect(left.filter((seq) => seq <= now)).toEqual([]);
        if (left.length > 0) expect(now).toBe(Math.min(...left) - 1);
        before = now;
      }
    });
    await fc.assert(property, { numRuns: 15 });
  });
});

describe('batchHealth', () => {
  it('counts states and records of each organization', async () => {
    const south = await createOrganization(db, { slug: 'south', name: 'South', actor });
    await commit((await open()).seq, 100);
    await commit((await open()).seq, 50);
    await open();
    await setAsideBatch(db, await open({ organizationId: south.id }), 'broken');
    const north = await batchHealth(db, organizationId);
    const other = await batchHealth(db, south.id);
    expect(north).toMatchObject({ organizationId, open: 1, committed: 2, setAside: 0, received: 169, stored: 150 });
    expect(north).toMatchObject({ rejected: 4, ignored: 2, lastCommittedAt: expect.stringMatching(/Z$/) });
    expect(other).toMatchObject({ organizationId: south.id, open: 0, committed: 0, setAside: 1, received: 13 });
    expect(other?.lastCommittedAt).toBeNull();
  });
});

describe('imports', () => {
  const receipt = { received: 10, stored: 7, rejected: 1, duplicate: 2, ignored: 0, setAside: 0 };

  it('start, own their batches, and finish with a receipt in the name of who started them', async () => {
    const started = await startImport(db, { organizationId, path: 'dns.log.gz', actor });
    expect(started).toMatchObject({ state: 'running', format: null, receipt: null, actor });
    const batch = await open({ importId: started.id });
    expect(await listBatches(db, { importId: started.id })).toEqual([batch]);
    const finished = await finishImport(db, started.id, { receipt, format: 'zeek' });
    expect(finished).toMatchObject({ state: 'finished', format: 'zeek', receipt, reason: null });
    await expect(finishImport(db, started.id, { receipt })).rejects.toMatchObject({ code: 'not_found' });
    const trail = await db.selectFrom('auditEntries').selectAll().where('objectId', '=', started.id).execute();
    expect(trail.map(({ action, result, actorId }) => [action, result, actorId])).toEqual([
      ['import.start', 'success', 'local'],
      ['import.finish', 'partial_success', 'local'],
    ]);
  });
});
