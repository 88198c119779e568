import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Control } from '../database.ts';
import type { Db } from '../transaction.ts';
import { claimJob, enqueue, jobById, pruneJobs, releaseJob, renewJob, requeueAbandoned } from './jobs.ts';

let dir: string;
let path: string;
let control: Control;
let db: Db;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-jobs-'));
  path = join(dir, 'control.db');
  control = await openTestControl(path);
  db = control.db;
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

const claim = (owner: string, seconds: number, handle = db) =>
  claimJob(handle, { owner, now: at(seconds), leaseMs: 10_000, kinds: ['mail'] });

describe('jobs', () => {
  it('are claimed when due, longest due first, by who knows their kind', async () => {
    const late = await enqueue(db, { kind: 'mail', payload: { to: 'b' }, runAt: at(5) });
    const early = await enqueue(db, { kind: 'mail', payload: null, runAt: at(1), maxAttempts: 2 });
    await enqueue(db, { kind: 'sweep', payload: null, runAt: at(0) });
    expect(await claim('me', 0)).toBeUndefined();
    expect(await claim('me', 9)).toMatchObject({ id: early.id, payload: null, attempt: 1, maxAttempts: 2 });
    expect(await claim('me', 9)).toMatchObject({ id: late.id, payload: { to: 'b' }, maxAttempts: null });
    expect(await claim('me', 9)).toBeUndefined();
    expect(await claimJob(db, { owner: 'me', now: at(9), leaseMs: 1, kinds: [] })).toBeUndefined();
  });

  it('have at most one queued or running for a key', async () => {
    const job = { kind: 'mail', payload: null, key: 'daily', runAt: at(0) };
    const { id } = await enqueue(db, job);
    expect(await enqueue(db, job)).toEqual({ id, isNew: false });
    const claimed = await claim('me', 1);
    expect(await enqueue(db, job)).toEqual({ id, isNew: false });
    if (claimed === undefined) throw new Error('nothing claimed');
    await releaseJob(db, claimed, { state: 'succeeded' });
    expect(await enqueue(db, job)).toMatchObject({ isNew: true });
    const keyless = [await enqueue(db, { kind: 'mail', payload: 1 }), await enqueue(db, { kind: 'mail', payload: 1 })];
    expect(keyless.map((one) => one.isNew)).toEqual([true, true]);
  });

  it('never go to two processes', async () => {
    const other = await openTestControl(path);
    try {
      const ids = new Set<string>();
      for (let n = 0; n < 60; n += 1) ids.add((await enqueue(db, { kind: 'mail', payload: n, runAt: at(0) })).id);
      const handles = [db, other.db];
      const claims = Array.from({ length: 80 }, (_, n) => claim(`owner-${n}`, 1, handles[n % 2]));
      const claimed = (await Promise.all(claims)).flatMap((job) => (job === undefined ? [] : [job.id]));
      expect(claimed).toHaveLength(60);
      expect(new Set(claimed)).toEqual(ids);
    } finally {
      await other.close();
    }
  });

  it('return to the queue when their owner falls silent, and its late word does not count', async () => {
    const { id } = await enqueue(db, { kind: 'mail', payload: null, runAt: at(0) });
    const first = await claim('dead', 0);
    if (first === undefined) throw new Error('nothing claimed');
    expect(await renewJob(db, first, at(15))).toBe(true);
    expect(await requeueAbandoned(db, at(15))).toBe(0);
    expect(await requeueAbandoned(db, at(16))).toBe(1);
    expect((await jobById(db, id))?.lastError).toBe('its runner dead stopped without reporting');
    // The same owner again: only the attempt tells its two runs apart.
    const second = await claim('dead', 16);
    expect(second).toMatchObject({ id, attempt: 2 });
    expect(await renewJob(db, first, at(99))).toBe(false);
    expect(await releaseJob(db, first, { state: 'succeeded' })).toBe(false);
    expect(await jobById(db, id)).toMatchObject({ state: 'running', attempts: 2 });
  });

  it('are forgotten some time after they ended', async () => {
    const ended = await enqueue(db, { kind: 'mail', payload: null, runAt: at(0) });
    const waiting = await enqueue(db, { kind: 'mail', payload: null, runAt: at(1) });
    const claimed = await claim('me', 1);
    if (claimed === undefined) throw new Error('nothing claimed');
    await releaseJob(db, claimed, { state: 'failed', error: 'no' }, at(2));
    expect(await pruneJobs(db, { finishedBefore: at(2) })).toBe(0);
    expect(await pruneJobs(db, { finishedBefore: at(3) })).toBe(1);
    expect(await jobById(db, ended.id)).toBeUndefined();
    expect(await jobById(db, waiting.id)).toMatchObject({ state: 'queued' });
  });
});
