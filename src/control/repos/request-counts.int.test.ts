import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Control } from '../database.ts';
import { countRequest, forgetEndedCounts, prepareRequestCounts } from './request-counts.ts';

// Counts are shared on PostgreSQL alone; an embedded database has one process, which counts in memory.
describe.runIf(process.env.TEST_CONTROL === 'server')('requests counted by several processes', () => {
  let folder: string;
  let controls: readonly Control[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-counts-'));
    const path = join(folder, 'control.db');
    controls = [await openTestControl(path), await openTestControl(path)];
    for (const { db } of controls) await prepareRequestCounts(db);
  });

  afterAll(async () => {
    for (const control of controls) await control.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('count together, each once', async () => {
    const asked = Array.from({ length: 60 }, (_, number) => controls[number % 2] as Control);
    const counts = await Promise.all(asked.map(({ db }) => countRequest(db, 'acme', 3_600_000)));
    expect(counts.map(({ used }) => used).sort((a, b) => a - b)).toEqual(asked.map((_, index) => index + 1));
    for (const { endsInMs } of counts) expect(endsInMs).toBeGreaterThan(0);
  });

  test('count anew once the window has ended, each key for itself', async () => {
    const [{ db }] = controls as [Control];
    expect(await countRequest(db, 'short', 0)).toEqual({ used: 1, endsInMs: 0 });
    expect(await countRequest(db, 'short', 0)).toMatchObject({ used: 1 });
    expect(await countRequest(db, 'other', 3_600_000)).toMatchObject({ used: 1 });
    await forgetEndedCounts(db);
    expect(await countRequest(db, 'other', 3_600_000)).toMatchObject({ used: 2 });
  });
});
