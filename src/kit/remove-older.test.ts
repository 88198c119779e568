import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeIfOlder } from './remove-older.ts';

test('removes what is older, keeps what is younger, and bears that somebody else was faster', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-older-'));
  try {
    for (const [name, seconds] of Object.entries({ old: 1000, young: 3000 })) {
      await writeFile(join(folder, name), '');
      await utimes(join(folder, name), seconds, seconds);
    }
    await Promise.all(['old', 'young', 'gone', 'old'].map((name) => removeIfOlder(join(folder, name), 2_000_000)));
    expect(await readdir(folder)).toEqual(['young']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
