import { mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plantUnremovable } from '../../test/unremovable.ts';
import { FilesLeft, removeOlder } from './remove-older.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-older-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function plant(files: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, seconds] of Object.entries(files)) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), seconds, seconds);
  }
}

test('removes what is older, keeps what is younger, and bears that somebody else was faster', async () => {
  await plant({ old: 1000, young: 3000 });
  await Promise.all([
    removeOlder(folder, ['old', 'young', 'gone'], 2_000_000),
    removeOlder(folder, ['old'], 2_000_000),
  ]);
  expect(await readdir(folder)).toEqual(['young']);
});

test('removes links themselves, wherever they lead', async () => {
  await plant({ target: 1000 });
  for (const [name, to] of Object.entries({ circle: 'circle', nowhere: 'nothing', link: 'target' })) {
    await symlink(to, join(folder, name));
  }
  await removeOlder(folder, ['circle', 'nowhere', 'link'], Number.POSITIVE_INFINITY);
  expect(await readdir(folder)).toEqual(['target']);
});

test('one that cannot be removed keeps no other from being removed', async () => {
  await plant({ a: 1000, z: 1000 });
  const unremovable = await plantUnremovable(folder);
  try {
    const removing = removeOlder(folder, ['a', unremovable.name, 'z'], Number.POSITIVE_INFINITY);
    await expect(removing).rejects.toThrow(FilesLeft);
    expect(await readdir(folder)).toEqual([unremovable.name]);
  } finally {
    await unremovable.remove();
  }
});
