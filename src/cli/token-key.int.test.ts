import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTokenKey } from './token-key.ts';

let dataDirectory: string;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'belfry-token-key-'));
});

afterEach(() => rm(dataDirectory, { recursive: true }));

const read = () => readTokenKey({ tokenKey: null, dataDirectory });

test('processes that start at the same time on a new directory have the same whole key', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, read));
  expect(new Set(keys.map(String)).size).toBe(1);
  expect(String(keys[0])).toMatch(/^[0-9a-f]{64}$/);
  expect(await readdir(dataDirectory)).toEqual(['token.key']);
});

test('an empty file is no key', async () => {
  await writeFile(join(dataDirectory, 'token.key'), '');
  await expect(read()).rejects.toMatchObject({ code: 'unavailable', public: expect.stringContaining('is empty') });
});
