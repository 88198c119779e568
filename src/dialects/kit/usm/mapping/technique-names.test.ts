import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { techniqueName } from './technique-names.ts';

test('names techniques, and sub-techniques by the technique they are of', () => {
  expect(['T1110', 'T1110.003', 'T9999', 'toString'].map(techniqueName)).toEqual([
    'Brute Force',
    'Brute Force',
    undefined,
    undefined,
  ]);
});

test('names those of the rules that come with Belfry', async () => {
  const folder = new URL('../../../../../rules/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yml'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const ids = texts.flatMap((text) =>
    [...text.matchAll(/attack\.(t\d[\d.]+)/g)].map(([, id = '']) => id.toUpperCase()),
  );
  expect(ids.length).toBeGreaterThan(0);
  expect(ids.filter((id) => techniqueName(id) === undefined)).toEqual([]);
});
