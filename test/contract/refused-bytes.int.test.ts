import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORMATS } from '../../src/formats/registry.ts';
import { type FormatHarness, openFormatHarness } from '../format-harness.ts';

// What is refused is kept as it came, byte by byte, also where it is no text.

/** No record of any format, and no UTF-8. */
const NO_TEXT = Buffer.from('cut \xff\xc3(\tx', 'latin1');

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness(FORMATS);
});
afterAll(() => harness.close());

const samples = FORMATS.flatMap((format) => {
  const folder = join(import.meta.dirname, '../../src/formats', format.name);
  return readdirSync(folder)
    .filter((name) => name.startsWith('sample.'))
    .map((name) => ({ format, name: `${format.name}/${name}`, bytes: readFileSync(join(folder, name)) }));
});

test.each(samples)('$name', async ({ format, name, bytes }) => {
  const end = Buffer.from('\n');
  const path = format.name === 'umbrella-csv' ? name.replace('sample', 'dnslogs/sample') : name;
  await harness.read(format, path, Buffer.concat([bytes, end, NO_TEXT, end]));
  const [kept] = await harness.store.query<{ refused: number; stored: number }>(
    `SELECT (SELECT count() FROM rejects WHERE position(raw, unhex('${NO_TEXT.toString('hex')}')) > 0) AS refused,
      (SELECT count() FROM events WHERE position(raw, unhex('${NO_TEXT.toString('hex')}')) > 0) AS stored`,
  );
  expect(Number(kept?.refused) + Number(kept?.stored)).toBeGreaterThan(0);
  await harness.store.command('TRUNCATE TABLE rejects');
  await harness.store.command('TRUNCATE TABLE events');
});
