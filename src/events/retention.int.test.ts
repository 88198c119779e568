import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IngestHarness, openIngestHarness } from '../../test/ingest-harness.ts';
import { umbrellaCsv } from '../formats/umbrella-csv/index.ts';
import { deleteEventsBefore } from './retention.ts';

let harness: IngestHarness;

beforeAll(async () => {
  harness = await openIngestHarness([umbrellaCsv]);
});

afterAll(async () => {
  await harness.close();
});

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 30, 22);

/** One DNS row every ten minutes for ten hours, across the end of a month. */
function rows(): string {
  return Array.from({ length: 60 }, (_, row) => {
    const time = new Date(START_MS + row * 600_000).toISOString().slice(0, 19).replace('T', ' ');
    return `"${time}","pc","pc","10.0.0.1","203.0.113.1","Allowed","1 (A)","NOERROR","h${row}.example.","","Networks","Networks",""\n`;
  }).join('');
}

async function held(): Promise<{ events: number; requests: number; oldest: number }> {
  const [row] = await harness.events.query<{ events: number; requests: number; oldest: number }>(
    `SELECT count() AS events, min(toUnixTimestamp64Milli(time)) AS oldest,
      (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS requests FROM events`,
  );
  if (row === undefined) throw new Error('no answer');
  return row;
}

test('deletes whole hours before the instant, from events and rollup alike, and nothing younger', async () => {
  await harness.import('dnslogs/a.csv', rows());
  expect(await held()).toEqual({ events: 60, requests: 60, oldest: START_MS });

  await deleteEventsBefore(harness.events, START_MS - HOUR_MS);
  expect(await held()).toEqual({ events: 60, requests: 60, oldest: START_MS });

  await deleteEventsBefore(harness.events, START_MS + 3 * HOUR_MS + 1_234_567);
  expect(await held()).toEqual({ events: 42, requests: 42, oldest: START_MS + 3 * HOUR_MS });

  await deleteEventsBefore(harness.events, START_MS + 100 * HOUR_MS);
  expect((await held()).events).toBe(0);
});

test('does not take an input for new whose events were deleted', async () => {
  const { receipt } = await harness.import('dnslogs/a.csv', rows());
  expect(receipt).toMatchObject({ received: 60, duplicate: 60, stored: 0 });
});
