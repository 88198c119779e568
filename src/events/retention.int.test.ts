import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dnsLine } from '../../test/dns-lines.ts';
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

/** One DNS row every hour for 60 hours, across the end of a month. */
function rows(): string {
  return Array.from({ length: 60 }, (_, row) =>
    dnsLine({ time: new Date(START_MS + row * HOUR_MS), domain: `h${row}.example.` }),
  ).join('');
}

interface Held {
  readonly events: number;
  readonly hourly: number;
  readonly daily: number;
  readonly oldest: number;
}

async function held(): Promise<Held> {
  const [row] = await harness.events.query<Held>(
    `SELECT count() AS events, min(toUnixTimestamp64Milli(time)) AS oldest,
      (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
      (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily FROM events`,
  );
  if (row === undefined) throw new Error('no answer');
  return row;
}

test('deletes whole days before the instant, from events and rollups alike, and nothing younger', async () => {
  await harness.import('dnslogs/a.csv', rows());
  expect(await held()).toEqual({ events: 60, hourly: 60, daily: 60, oldest: START_MS });

  await deleteEventsBefore(harness.events, START_MS + HOUR_MS);
  expect(await held()).toEqual({ events: 60, hourly: 60, daily: 60, oldest: START_MS });

  const midnight = START_MS + 2 * HOUR_MS;
  await deleteEventsBefore(harness.events, midnight + 7 * HOUR_MS + 1_234_567);
  expect(await held()).toEqual({ events: 58, hourly: 58, daily: 58, oldest: midnight });

  await deleteEventsBefore(harness.events, midnight + 24 * HOUR_MS);
  expect(await held()).toEqual({ events: 34, hourly: 34, daily: 34, oldest: midnight + 24 * HOUR_MS });
});

test('goes on where it was when it is told to stop between two tables', async () => {
  const before = START_MS + 1000 * HOUR_MS;
  const stop = new AbortController();
  const { events } = harness;
  const command = events.command.bind(events);
  const spy = vi.spyOn(events, 'command').mockImplementation(async (...statement) => {
    await command(...statement);
    stop.abort(new Error('the lease of this job is lost'));
  });
  await expect(deleteEventsBefore(events, before, stop.signal)).rejects.toThrow('the lease of this job is lost');
  spy.mockRestore();
  expect(await held()).toMatchObject({ events: 34, hourly: 34, daily: 0 });
  await deleteEventsBefore(events, before);
  expect(await held()).toMatchObject({ events: 0, hourly: 0, daily: 0 });
});

test('does not take an input for new whose events were deleted', async () => {
  const { receipt } = await harness.import('dnslogs/a.csv', rows());
  expect(receipt).toMatchObject({ received: 60, duplicate: 60, stored: 0 });
});
