import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Control } from '../control/database.ts';
import { claimJob, enqueue, jobById } from '../control/repos/jobs.ts';
import type { Db } from '../control/transaction.ts';
import { AppError } from '../model/errors.ts';
import type { JobContext, JobKind } from './job-kind.ts';
import { startRunner } from './runner.ts';
import type { Worker } from './worker.ts';

const log = pino({ level: 'silent' });

let dir: string;
let path: string;
let control: Control;
let db: Db;
const runners: Worker[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-runner-'));
  path = join(dir, 'control.db');
  control = await openTestControl(path);
  db = control.db;
});

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
  await control.close();
  await rm(dir, { recursive: true });
});

function start(kinds: Record<string, JobKind>, options: { concurrency?: number; db?: Db } = {}): Worker {
  const { concurrency = 2 } = options;
  const runner = startRunner({
    db: options.db ?? db,
    kinds,
    concurrency,
    pollMs: 5,
    log,
    backoffMs: () => 1,
    storeWaitMs: 5,
  });
  runners.push(runner);
  return runner;
}

const kindOf = (run: JobKind['run'], overrides: Partial<JobKind> = {}): JobKind => ({
  run,
  maxAttempts: 3,
  leaseMs: 10_000,
  ...overrides,
});

const ended = (id: string, state: 'succeeded' | 'failed') =>
  vi.waitFor(async () => expect(await jobById(db, id)).toMatchObject({ state }), { timeout: 10_000, interval: 5 });

describe('startRunner', () => {
  it('fails a job whose payload cannot be read, and goes on with those behind it', async () => {
    const [bad, good] = [
      await enqueue(db, { kind: 'work', payload: 'a' }, new Date(1_000)),
      await enqueue(db, { kind: 'work', payload: 'b' }, new Date(2_000)),
    ];
    await db.updateTable('jobs').set({ payload: '{"report' }).where('id', '=', bad.id).execute();
    const payloads: unknown[] = [];
    const run = async (payload: unknown) => {
      if (payload === undefined) throw new Error('there is no payload');
      payloads.push(payload);
    };
    start({ work: kindOf(run, { maxAttempts: 1 }) }, { concurrency: 1 });
    await ended(good.id, 'succeeded');
    await ended(bad.id, 'failed');
    expect(payloads).toEqual(['b']);
  });

  it('runs what is queued, with its payload', async () => {
    const seen: unknown[] = [];
    start({ mail: kindOf(async (payload, { attempt, jobId }) => void seen.push({ payload, attempt, jobId })) });
    const { id } = await enqueue(db, { kind: 'mail', payload: { to: 'ada' } });
    await ended(id, 'succeeded');
    expect(seen).toEqual([{ payload: { to: 'ada' }, attempt: 1, jobId: id }]);
    expect(await jobById(db, id)).toMatchObject({ owner: null, leaseUntil: null, lastError: null });
  });

  it('waits for a store that is gone, as long as it takes, where nobody would ask again', async () => {
    const attempts: number[] = [];
    const gone = new AppError('unavailable', { public: 'gone', retryAfterSeconds: 0 });
    const run: JobKind['run'] = async (_, { attempt }) => {
      attempts.push(attempt);
      if (attempts.length < 8) throw gone;
    };
    start({ patient: kindOf(run, { waitsForStores: true }), other: kindOf(() => Promise.reject(gone)) });
    const patient = await enqueue(db, { kind: 'patient', payload: null });
    await ended(patient.id, 'succeeded');
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    const other = await enqueue(db, { kind: 'other', payload: null });
    await ended(other.id, 'failed');
    expect(await jobById(db, other.id)).toMatchObject({ attempts: 3, lastError: 'gone' });
  });

  it('tries again, then gives up with the last error', async () => {
    const attempts: number[] = [];
    const failing = kindOf(async (_, { attempt }) => {
      attempts.push(attempt);
      throw new Error(`no luck ${attempt}`);
    });
    start({ failing });
    const given = await enqueue(db, { kind: 'failing', payload: null });
    await ended(given.id, 'failed');
    expect(attempts).toEqual([1, 2, 3]);
    expect(await jobById(db, given.id)).toMatchObject({ attempts: 3, lastError: 'no luck 3' });
    const once = await enqueue(db, { kind: 'failing', payload: null, maxAttempts: 1 });
    await ended(once.id, 'failed');
    expect(attempts).toEqual([1, 2, 3, 1]);
  });

  it('succeeds in the end when a later run does', async () => {
    const flaky = kindOf(async (_, { attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    });
    start({ flaky });
    const { id } = await enqueue(db, { kind: 'flaky', payload: null });
    await ended(id, 'succeeded');
    expect(await jobById(db, id)).toMatchObject({ attempts: 3 });
  });

  it('releases a job that throws what is no error, or before it returns a promise', async () => {
    const kinds = {
      strange: kindOf(() => Promise.reject('just words'), { maxAttempts: 1 }),
      early: kindOf(
        () => {
          throw new Error('at once');
        },
        { maxAttempts: 1 },
      ),
    };
    start(kinds);
    const strange = await enqueue(db, { kind: 'strange', payload: null });
    const early = await enqueue(db, { kind: 'early', payload: null });
    await ended(strange.id, 'failed');
    await ended(early.id, 'failed');
    expect(await jobById(db, strange.id)).toMatchObject({ lastError: 'just words' });
    expect(await jobById(db, early.id)).toMatchObject({ lastError: 'at once' });
  });

  it('runs as many at once as it may, and finishes what runs when stopped', async () => {
    let now = 0;
    let most = 0;
    let done = 0;
    const slow = kindOf(async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(30);
      now -= 1;
      done += 1;
    });
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push((await enqueue(db, { kind: 'slow', payload: n })).id);
    const runner = start({ slow }, { concurrency: 3 });
    await vi.waitFor(() => expect(done).toBeGreaterThan(3));
    await runner.stop();
    expect(most).toBe(3);
    expect(now).toBe(0);
    const states = await Promise.all(ids.map(async (id) => (await jobById(db, id))?.state));
    expect(states.filter((state) => state === 'succeeded')).toHaveLength(done);
    expect(states.filter((state) => state === 'queued')).toHaveLength(20 - done);
  });

  it('shares the work with another process, each job once', async () => {
    const other = await openTestControl(path);
    try {
      const seen: unknown[] = [];
      const kinds = { count: kindOf(async (payload) => void seen.push(payload)) };
      const both = [start(kinds), start(kinds, { db: other.db })];
      const jobs = await Promise.all(
        Array.from({ length: 40 }, (_, n) => enqueue(n % 2 === 0 ? db : other.db, { kind: 'count', payload: n })),
      );
      for (const { id } of jobs) await ended(id, 'succeeded');
      await Promise.all(both.map((runner) => runner.stop()));
      expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, n) => n));
    } finally {
      await other.close();
    }
  });

  it('takes over from a runner that died, and counts its runs', async () => {
    const runs: number[] = [];
    const once = kindOf(async (_, { attempt }) => void runs.push(attempt));
    const past = new Date(Date.now() - 60_000);
    const { id } = await enqueue(db, { kind: 'once', payload: null, runAt: past });
    const spent = await enqueue(db, { kind: 'once', payload: null, runAt: past, maxAttempts: 1 });
    const dead = { owner: 'dead', now: past, leaseMs: 1_000, kinds: ['once'] };
    expect(await claimJob(db, dead)).toBeDefined();
    expect(await claimJob(db, dead)).toBeDefined();
    start({ once });
    await ended(id, 'succeeded');
    await ended(spent.id, 'failed');
    expect(runs).toEqual([2]);
    expect(await jobById(db, spent.id)).toMatchObject({ lastError: 'none of 1 runs came to an end' });
  });

  it('renews the lease of a job for as long as it runs', async () => {
    let finish = () => {};
    const long = kindOf(() => new Promise<void>((resolve) => (finish = resolve)), { leaseMs: 300 });
    start({ long });
    const { id } = await enqueue(db, { kind: 'long', payload: null });
    const lease = async () => (await jobById(db, id))?.leaseUntil ?? '';
    await vi.waitFor(async () => expect(await lease()).not.toBe(''));
    const first = await lease();
    await vi.waitFor(async () => expect((await lease()) > first).toBe(true), { timeout: 10_000 });
    finish();
    await ended(id, 'succeeded');
  });

  it('tells a job that its lease is lost', async () => {
    let context: JobContext | undefined;
    const endless = kindOf(
      async (_, given) => {
        context = given;
        await new Promise((resolve) => given.signal.addEventListener('abort', resolve));
      },
      { leaseMs: 300 },
    );
    start({ endless });
    const { id } = await enqueue(db, { kind: 'endless', payload: null });
    await vi.waitFor(() => expect(context).toBeDefined());
    const thief = { owner: 'thief', leaseUntil: '2999-01-01T00:00:00.000Z' };
    await db.updateTable('jobs').set(thief).where('id', '=', id).execute();
    await vi.waitFor(() => expect(context?.signal.aborted).toBe(true), { timeout: 10_000 });
    await runners[0]?.stop();
    expect(await jobById(db, id)).toMatchObject({ state: 'running', owner: 'thief' });
  });

  it('leaves kinds it does not know alone', async () => {
    const unknown = await enqueue(db, { kind: 'unknown', payload: null });
    const known = await enqueue(db, { kind: 'known', payload: null });
    start({ known: kindOf(async () => {}) });
    await ended(known.id, 'succeeded');
    expect(await jobById(db, unknown.id)).toMatchObject({ state: 'queued', attempts: 0 });
  });
});
