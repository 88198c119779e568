import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findLogFiles } from './log-files.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-logs-'));
  await mkdir(join(dir, 'in', 'deep', '.cache'), { recursive: true });
  for (const name of ['b.log', 'a.log', 'deep/z.log', 'deep/.cache/no.log', '.no.log'])
    await writeFile(join(dir, 'in', name), 'x'.repeat(name.length));
  await symlink(join(dir, 'in'), join(dir, 'in', 'deep', 'circle'));
  await symlink(join(dir, 'in', 'a.log'), join(dir, 'in', 'link.log'));
  await symlink(join(dir, 'gone'), join(dir, 'in', 'torn.log'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

it('walks a folder by name, without what is hidden, and follows links to files alone', async () => {
  const files = await findLogFiles([join(dir, 'in')]);
  expect(files.map(({ path, bytes, fault }) => [path.slice(dir.length), bytes, fault])).toEqual([
    ['/in/a.log', 5, undefined],
    ['/in/b.log', 5, undefined],
    ['/in/deep/z.log', 10, undefined],
    ['/in/link.log', 5, undefined],
    ['/in/torn.log', undefined, 'no such file or folder'],
  ]);
});

it('keeps the order of the arguments, and takes a hidden file that is named', async () => {
  const hidden = join(dir, 'in', '.no.log');
  const files = await findLogFiles([hidden, '-', join(dir, 'nothing')]);
  expect(files).toEqual([
    { path: hidden, name: hidden, bytes: 7 },
    { path: '-', name: '-', bytes: undefined },
    expect.objectContaining({ path: join(dir, 'nothing'), fault: 'no such file or folder' }),
  ]);
});
