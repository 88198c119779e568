import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openapiDocuments } from './openapi-documents.ts';

it('is what docs/openapi holds; if not, run `npx tsx scripts/docs-openapi.ts`', async () => {
  for (const [file, text] of await openapiDocuments()) {
    const committed = readFileSync(new URL(`../docs/openapi/${file}`, import.meta.url), 'utf8');
    expect(text, file).toBe(committed);
  }
});
