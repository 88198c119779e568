import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Control } from '../control/database.ts';
import { type ClaimedJob, claimJob, enqueue, jobById } from '../control/repos/jobs.ts';
import type { Db } from '../control/transaction.ts';
import type { JobKind } from './job-kind.ts';
import { type JobRun, runJob } from './run-job.ts';

let folder: string;
let control: Control;
let job: ClaimedJob;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-run-job-'));
  control = await openTestControl(join(folder, 'control.db'));
  await enqueue(control.db, { kind: 'work', payload: null });
  const claimed = await claimJob(control.db, { owner: 'a', now: new Date(), leaseMs: 60_000, kinds: ['work'] });
  if (claimed === undefined) throw new Error('there is no job');
  job = claimed;
});

afterEach(async () => {
  await control.close();
  await rm(folder, { recursive: true, force: true });
});

/** A database that takes no change so many times. */
function refusing(times: number): { db: Db; tries: () => number } {
  let tries = 0;
  const db = new Proxy(control.db, {
    get(target, name) {
      if (name === 'updateTable') {
        tries += 1;
        if (tries <= times) throw new Error('the database is gone');
      }
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db, tries: () => tries };
}

function run(db: Db, options: Partial<JobRun & JobKind> = {}) {
  const { leaseMs = 60_000, isStopping = () => false } = options;
  const kind: JobKind = { maxAttempts: 1, leaseMs, run: async () => undefined };
  return runJob({ db, job, kind, log: pino({ level: 'silent' }), backoffMs: () => 1, isStopping });
}

test('a job that is done is released when the database is back, however often that failed', async () => {
  expect(await run(refusing(5).db)).toEqual({ state: 'succeeded' });
  expect(await jobById(control.db, job.id)).toMatchObject({ state: 'succeeded', owner: null });
});

test('a job is left to others when its lease ends', async () => {
  const { db, tries } = refusing(1_000_000);
  await run(db, { leaseMs: 500 });
  expect(tries()).toBeGreaterThan(0);
  expect(await jobById(control.db, job.id)).toMatchObject({ state: 'running', owner: 'a' });
});

test('a process that is about to end does not wait for that', async () => {
  const { db, tries } = refusing(1_000_000);
  await run(db, { isStopping: () => true });
  expect(tries()).toBe(3);
  expect(await jobById(control.db, job.id)).toMatchObject({ state: 'running', owner: 'a' });
});
