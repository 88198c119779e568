import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Control } from '../control/database.ts';
import { claimJob, releaseJob } from '../control/repos/jobs.ts';
import { enqueueDue, type Schedule, startSchedules } from './schedule.ts';

let dir: string;
let controls: Control[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-schedule-'));
  const path = join(dir, 'control.db');
  controls = [await openTestControl(path), await openTestControl(path)];
});

afterEach(async () => {
  for (const control of controls) await control.close();
  await rm(dir, { recursive: true });
});

const first = () => {
  const [control] = controls;
  if (control === undefined) throw new Error('not open');
  return control.db;
};

const SWEEP: Schedule = { name: 'sweep', pattern: '*/5 * * * *', kind: 'sweep', payload: { deep: true } };

/** What all processes together queue at an instant. */
async function due(time: string, schedules: readonly Schedule[] = [SWEEP]): Promise<string[]> {
  const now = new Date(`2026-01-01T${time}Z`);
  return (await Promise.all(controls.map(({ db }) => enqueueDue(db, schedules, now)))).flat();
}

async function finishJob(): Promise<unknown> {
  const job = await claimJob(first(), { owner: 'me', now: new Date(), leaseMs: 1_000, kinds: ['sweep'] });
  if (job === undefined) throw new Error('nothing queued');
  await releaseJob(first(), job, { state: 'succeeded' });
  return job.payload;
}

describe('schedules', () => {
  it('queue once for each tick, however many processes look and however often', async () => {
    expect(await due('12:02:00.000')).toEqual([]);
    expect(await due('12:04:59.999')).toEqual([]);
    expect(await due('12:05:00.000')).toEqual(['sweep']);
    expect(await finishJob()).toEqual({ deep: true });
    expect(await due('12:05:00.500')).toEqual([]);
    expect(await due('12:09:59.000')).toEqual([]);
    expect(await due('12:10:00.001')).toEqual(['sweep']);
  });

  it('make up once for what was missed', async () => {
    await due('12:00:00.000');
    expect(await due('18:31:00.000')).toEqual(['sweep']);
    await finishJob();
    expect(await due('18:34:00.000')).toEqual([]);
  });

  it('do not pile up behind a job that is slow', async () => {
    await due('12:00:00.000');
    expect(await due('12:05:00.000')).toEqual(['sweep']);
    expect(await due('12:10:00.000')).toEqual([]);
    await finishJob();
    expect(await due('12:15:00.000')).toEqual(['sweep']);
  });

  it('read their patterns in UTC', async () => {
    const nightly = [{ ...SWEEP, pattern: '30 3 * * *' }];
    await due('02:00:00.000', nightly);
    expect(await due('03:29:59.999', nightly)).toEqual([]);
    expect(await due('03:30:00.000', nightly)).toEqual(['sweep']);
  });

  it('queue what they can where the job of one cannot be queued', async () => {
    const unwritable = { ...SWEEP, name: 'unwritable', payload: 1n };
    await due('12:00:00.000', [unwritable, SWEEP]);
    await expect(enqueueDue(first(), [unwritable, SWEEP], new Date('2026-01-01T12:05:00Z'))).rejects.toThrow('BigInt');
    expect(await finishJob()).toEqual({ deep: true });
  });

  it('refuse a pattern that is none', () => {
    const schedules = [{ ...SWEEP, pattern: 'every full moon' }];
    const options = { db: first(), schedules, pollMs: 5, log: pino({ level: 'silent' }) };
    expect(() => startSchedules(options)).toThrow('schedule sweep: every full moon is not a cron pattern');
  });

  it('run by the clock until they are stopped', async () => {
    const schedules = [{ ...SWEEP, pattern: '* * * * * *' }];
    const scheduler = startSchedules({ db: first(), schedules, pollMs: 5, log: pino({ level: 'silent' }) });
    const jobs = () => first().selectFrom('jobs').selectAll().execute();
    await vi.waitFor(async () => expect(await jobs()).toHaveLength(1), { timeout: 10_000, interval: 20 });
    await scheduler.stop();
  });
});
