import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLineFramer } from '../../src/formats/framing/lines.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { type FormatHarness, openFormatHarness } from '../format-harness.ts';
import { hostileRecords } from '../hostile-records.ts';

// A mapping is computed for all records of a batch at once: one that it fails on would take the others with it.

let harness: FormatHarness;

beforeAll(async () => {
  harness = await openFormatHarness(FORMATS);
});

afterAll(() => harness?.close());

describe.each(FORMATS.map((format) => ({ name: format.name, format })))('$name', ({ format }) => {
  test.each(hostileRecords(format))(
    '$variant fails on no value of any type or size',
    async ({ variant, context, records }) => {
      const asLines = { ...format, createFramer: () => createLineFramer({ variant, context }) };
      const bytes = records.map((record) => `${record.replaceAll('\n', ' ')}\n`).join('');
      const { counts } = await harness.read(asLines, 'hostile', bytes);
      expect(counts.received).toBeGreaterThan(0);
      expect(counts.stored + counts.rejected + counts.ignored).toBe(counts.received);
    },
  );
});
