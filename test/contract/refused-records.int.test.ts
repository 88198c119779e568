import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/formats/registry.ts';
import { loadFromLedger } from '../../src/ingest/load.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { FAULT_MARK, FAULT_MESSAGE, failingFormat } from '../failing-format.ts';
import { sampleRecords } from '../hostile-records.ts';
import { acknowledge, type IngestHarness, openIngestHarness } from '../ingest-harness.ts';

let harness: IngestHarness;

beforeAll(async () => {
  harness = await openIngestHarness(FORMATS.map(failingFormat));
});

afterAll(() => harness?.close());

interface Kept {
  readonly row: number;
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

describe.each(FORMATS.map((format) => ({ name: format.name, format })))('$name', ({ name, format }) => {
  const random = seededRandom(`refused records of ${name}`);
  const samples = sampleRecords(format).filter(({ records }) => records.length > 0);

  test.each([1, 2])(
    'keeps records that the engine fails on as rejects, and stores all others once, round %i',
    async () => {
      const { variant, context, records } = random.pick(samples);
      const lines = Array.from({ length: random.between(1, 24) }, () => random.pick(records));
      const bad = Array.from({ length: random.between(1, 3) }, () => random.between(0, lines.length - 1));
      for (const row of bad) lines[row] = `${lines[row]} ${FAULT_MARK} ${random.between(1, 1_000_000)}`;
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const { ingest, organizationId } = harness;
      const batch = await acknowledge(ingest, organizationId, { format: name, variant, context, bytes });
      const counts = await loadFromLedger(ingest, batch);

      const rejects = await harness.events.query<Kept>(
        'SELECT row, line, reason, raw FROM rejects WHERE seq = {seq:UInt64} ORDER BY row',
        { seq: batch.seq },
      );
      const refused = rejects.filter(({ raw }) => raw.includes(FAULT_MARK));
      const rows = [...new Set(bad)].sort((a, b) => a - b);
      expect(refused).toEqual(
        rows.map((row) => ({ row, line: row + 1, reason: expect.stringContaining(FAULT_MESSAGE), raw: lines[row] })),
      );
      expect(counts.received).toBe(lines.length);
      expect(counts.stored + counts.rejected + counts.ignored).toBe(lines.length);
      const [stored] = await harness.events.query<{ events: number; once: number; told: number }>(
        `SELECT count() AS events, uniqExact(row) AS once, (SELECT sum(stored) FROM batch_counts WHERE seq = {seq:UInt64}) AS told
        FROM events WHERE seq = {seq:UInt64}`,
        { seq: batch.seq },
      );
      expect(stored).toEqual({ events: counts.stored, once: counts.stored, told: counts.stored });
    },
  );
});
