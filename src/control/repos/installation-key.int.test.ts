import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import { installationKey } from './installation-key.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-installation-key-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function keysOf(file: string): Promise<Uint8Array[]> {
  const control = await openTestControl(join(folder, file));
  try {
    return await Promise.all([installationKey(control.db), installationKey(control.db)]);
  } finally {
    await control.close();
  }
}

test('an installation has one key, which outlives the process, and no other has it', async () => {
  const [key, same] = await keysOf('one.db');
  expect(key).toHaveLength(32);
  expect(same).toEqual(key);
  expect(await keysOf('one.db')).toEqual([key, key]);
  const [other] = await keysOf('other.db');
  expect(other).not.toEqual(key);
});
