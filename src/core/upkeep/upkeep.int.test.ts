import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../../test/world.ts';
import { claimJob, enqueue, jobById, releaseJob } from '../../control/repos/jobs.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { forgetFinishedJobs } from './forget-finished-jobs.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

test('jobs are forgotten a month after they ended, and no sooner', async () => {
  const { context, nowMs } = world;
  const { db } = context.control;
  const now = new Date(nowMs);
  const waiting = await enqueue(db, { kind: 'later', payload: {}, runAt: new Date(nowMs + 90 * DAY_MS) }, now);
  const { id } = await enqueue(db, { kind: 'now', payload: {} }, now);
  const job = await claimJob(db, { owner: 'test', now, leaseMs: 60_000, kinds: ['now'] });
  if (job === undefined) throw new Error('there is no job');
  await releaseJob(db, job, { state: 'failed', error: 'some reason' }, now);
  world.nowMs = nowMs + 30 * DAY_MS;
  expect(await forgetFinishedJobs(context)).toBe(0);
  expect((await jobById(db, id))?.lastError).toBe('some reason');
  world.nowMs += 1;
  expect(await forgetFinishedJobs(context)).toBe(1);
  expect(await jobById(db, id)).toBeUndefined();
  expect(await jobById(db, waiting.id)).toBeDefined();
});
