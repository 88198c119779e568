import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROMISES } from '../test/promises/index.ts';
import { promisesPage } from './promises-page.ts';

const read = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

it('is what docs/promises.md says; if not, run `npm run promises`', () => {
  expect(read('promises.md')).toBe(promisesPage(JSON.parse(read('promises.json'))));
});

it('has no result of a promise that nothing measures', () => {
  const measured = PROMISES.filter(({ check }) => check !== undefined).map(({ id }): string => id);
  expect(Object.keys(JSON.parse(read('promises.json'))).filter((id) => !measured.includes(id))).toEqual([]);
});
