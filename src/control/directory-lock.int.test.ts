import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-lock-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const HOLDER = `
  import { lockDirectory } from ${JSON.stringify(new URL('./directory-lock.ts', import.meta.url).href)};
  const lock = lockDirectory(process.argv[1]);
  process.stdout.write(lock === undefined ? 'refused' : 'held');
  setInterval(() => {}, 1000);
`;

test('one holder at a time, and a killed holder holds it no longer', async () => {
  const path = join(folder, 'lock');
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLDER, path]);
  const [said] = await once(holder.stdout, 'data');
  expect(String(said)).toBe('held');
  expect(lockDirectory(path)).toBeUndefined();

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = lockDirectory(path);
  expect(lock).toBeDefined();
  expect(lockDirectory(path)).toBeUndefined();
  lock?.release();

  const again = lockDirectory(path);
  expect(again).toBeDefined();
  again?.release();
});
