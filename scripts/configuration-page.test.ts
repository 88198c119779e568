import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configurationPage } from './configuration-page.ts';

it('is what docs/configuration.md says; if not, run `npm run docs:config`', () => {
  const committed = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
  expect(committed).toBe(configurationPage());
});
