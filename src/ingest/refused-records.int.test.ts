import { readFile, truncate } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_MARK, FAULT_MESSAGE, failingFormat } from '../../test/failing-format.ts';
import { type LoadFaults, withLoadFaults } from '../../test/faulty-events.ts';
import { acknowledge, type IngestHarness, openIngestHarness, recordsInput } from '../../test/ingest-harness.ts';
import { recordsFormat } from '../../test/records-format.ts';
import { abandonAllBatches, type Batch, batchBySeq } from '../control/ledger.ts';
import type { Format } from '../formats/format.ts';
import { suricataEve } from '../formats/suricata-eve/index.ts';
import { AppError } from '../model/errors.ts';
import { loadFromLedger } from './load.ts';
import { loadAbandoned } from './recover.ts';
import { recordsPath } from './spool.ts';

let harness: IngestHarness;

afterEach(() => harness?.close());

const ROWS = 20;

function records(bad: readonly number[], rows = ROWS) {
  return recordsInput(
    Array.from({ length: rows }, (_, row) => ({
      time: new Date(Date.UTC(2026, 0, 1, 0, 0, row)).toISOString(),
      kind: 'dns',
      domain: bad.includes(row) ? `${FAULT_MARK}.example` : `host${row}.example`,
    })),
  );
}

/** Rows of every table that a load fills, and how often each was counted. */
async function figures() {
  const [row] = await harness.events.query(
    `SELECT count() AS events, uniqExact(row) AS rows, (SELECT count() FROM rejects) AS rejects,
      (SELECT sum(stored) FROM batch_counts) AS told,
      (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
      (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily FROM events`,
  );
  return row;
}

function once(events: number, rejects: number) {
  return { events, rows: events, rejects, told: events, hourly: events, daily: events };
}

function stateOf({ seq }: Batch) {
  return batchBySeq(harness.control.db, seq);
}

async function loadAgain(): Promise<void> {
  await abandonAllBatches(harness.control.db, new Date());
  await loadAbandoned(harness.ingest).catch(() => undefined);
}

test('a hundred alerts are stored where one has a key that nobody knows with the value null', async () => {
  harness = await openIngestHarness([suricataEve]);
  const alert = (row: number) => ({
    timestamp: '2026-01-02T03:04:05.000000+0000',
    event_type: 'alert',
    src_ip: '10.0.0.1',
    dest_ip: '10.0.0.2',
    alert: { signature_id: row, signature: 'a', severity: 2 },
    vendor_text: 'kept',
    ...(row === 50 && { vendor_field: null }),
  });
  const lines = Array.from({ length: 100 }, (_, row) => `${JSON.stringify(alert(row))}\n`).join('');
  const { receipt } = await harness.import('eve.json', lines);
  expect(receipt).toMatchObject({ received: 100, stored: 100, setAside: 0 });
  expect(await harness.events.query(`SELECT DISTINCT extra['vendor_text'] AS kept FROM events`)).toEqual([
    { kept: 'kept' },
  ]);
});

describe('a batch with records that the engine fails on', () => {
  beforeEach(async () => {
    harness = await openIngestHarness([failingFormat(recordsFormat)]);
  });

  async function acknowledged(bad: readonly number[], rows = ROWS): Promise<Batch> {
    return acknowledge(harness.ingest, harness.organizationId, records(bad, rows));
  }

  test('keeps them with line, bytes and reason, and says so in the receipt', async () => {
    const { bytes } = records([0, 7, 19]);
    const { receipt } = await harness.import('records.json', bytes);
    expect(receipt).toMatchObject({ received: 20, stored: 17, rejected: 3, setAside: 0 });
    const lines = bytes.toString().split('\n');
    const rejects = await harness.events.query('SELECT row, line, reason, raw FROM rejects ORDER BY row');
    expect(rejects).toEqual(
      [0, 7, 19].map((row) => ({
        row,
        line: row + 1,
        reason: expect.stringContaining(FAULT_MESSAGE),
        raw: lines[row],
      })),
    );
    expect(await figures()).toEqual(once(17, 3));
    const again = await harness.import('again.json', bytes);
    expect(again.receipt).toMatchObject({ received: 20, duplicate: 20 });
  });

  test('where all of them are such is rejected as a whole', async () => {
    const batch = await acknowledged(
      Array.from({ length: 5 }, (_, row) => row),
      5,
    );
    expect(await loadFromLedger(harness.ingest, batch)).toEqual({ received: 5, stored: 0, rejected: 5, ignored: 0 });
    expect(await stateOf(batch)).toMatchObject({ state: 'committed', refused: [] });
  });

  const gone = () => new AppError('unavailable', { public: 'gone' });
  const isRefused = (insert: string) => insert.startsWith('INSERT INTO rejects');
  const isLanding = (insert: string) => insert.startsWith('INSERT INTO landing');
  test.each<[string, (seen: { landings: number }) => LoadFaults]>([
    [
      'before the others are loaded',
      (seen) => ({
        before({ insert }) {
          if (isLanding(insert) && ++seen.landings === 2) throw gone();
        },
      }),
    ],
    [
      'once the others are loaded',
      (seen) => ({
        before({ insert }) {
          if (isLanding(insert)) seen.landings += 1;
        },
        after({ insert }) {
          if (isLanding(insert) && seen.landings === 2) throw gone();
        },
      }),
    ],
    [
      'before they are kept',
      () => ({ before: ({ insert }) => (isRefused(insert) ? Promise.reject(gone()) : undefined) }),
    ],
    ['once they are kept', () => ({ after: ({ insert }) => (isRefused(insert) ? Promise.reject(gone()) : undefined) })],
  ])('is loaded once when its process ends %s', async (_, faults) => {
    const batch = await acknowledged([3, 11]);
    const events = withLoadFaults(harness.events, faults({ landings: 0 }));
    await expect(loadFromLedger({ ...harness.ingest, events }, batch)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await stateOf(batch)).toMatchObject({ state: 'open', refused: [[{ rows: [3, 11] }]] });
    await loadAgain();
    expect(await stateOf(batch)).toMatchObject({ state: 'committed', stored: 18, rejected: 2, refused: [] });
    expect(await figures()).toEqual(once(18, 2));
  });

  test('is set aside where bytes of it are missing', async () => {
    const batch = await acknowledged([3]);
    await truncate(recordsPath(harness.ingest.spool, batch.token), 200);
    await loadFromLedger(harness.ingest, batch);
    expect(await stateOf(batch)).toMatchObject({
      state: 'set_aside',
      reason: expect.stringMatching(/^the spool holds \d+ of the 20 records/),
    });
  });
});

describe('a record that reaches a limit of the engine', () => {
  const limit = () => Object.assign(new Error('memory limit exceeded'), { code: '241' });
  /** The engine has no memory for records that hold the mark, or for any. */
  const short = (isShort: (bytes: string) => boolean): LoadFaults => ({
    async before({ file }) {
      if (isShort(await readFile(file.path, 'utf8'))) throw limit();
    },
  });

  beforeEach(async () => {
    harness = await openIngestHarness([recordsFormat]);
  });

  async function loadOften(faults: LoadFaults, times: number): Promise<void> {
    const events = withLoadFaults(harness.events, faults);
    for (let time = 0; time < times; time += 1) {
      await abandonAllBatches(harness.control.db, new Date());
      await loadAbandoned({ ...harness.ingest, events }).catch(() => undefined);
    }
  }

  test('is rejected after some attempts, and keeps no other batch waiting meanwhile', async () => {
    const poisoned = await acknowledge(harness.ingest, harness.organizationId, records([4]));
    const other = await acknowledge(harness.ingest, harness.organizationId, records([], 10));
    const faults = short((bytes) => bytes.includes(FAULT_MARK));
    await loadOften(faults, 1);
    expect(await stateOf(poisoned)).toMatchObject({ state: 'open' });
    expect(await stateOf(other)).toMatchObject({ state: 'committed', stored: 10 });
    await loadOften(faults, 3);
    expect(await stateOf(poisoned)).toMatchObject({ state: 'committed', stored: 19, rejected: 1 });
  });

  test('is not blamed where the engine has no memory for anything', async () => {
    const batch = await acknowledge(harness.ingest, harness.organizationId, records([4]));
    await loadOften(
      short((bytes) => bytes.trim() !== ''),
      6,
    );
    expect(await stateOf(batch)).toMatchObject({ state: 'open', refused: [] });
    await loadAgain();
    expect(await stateOf(batch)).toMatchObject({ state: 'committed', stored: 20 });
  });
});

test('a record of which the mapping makes nothing is rejected', async () => {
  const losing: Format = {
    ...recordsFormat,
    variants: {
      json: {
        with: [`arrayJoin(if(position(text, '${FAULT_MARK}') > 0, [], [1])) AS one`],
        columns: { ...recordsFormat.variants.json?.columns, severity: 'one' },
      },
    },
  };
  harness = await openIngestHarness([losing]);
  const batch = await acknowledge(harness.ingest, harness.organizationId, records([2, 9]));
  expect(await loadFromLedger(harness.ingest, batch)).toMatchObject({ stored: 18, rejected: 2 });
  expect(await figures()).toEqual(once(18, 2));
});
