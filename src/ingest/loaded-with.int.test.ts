import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type IngestHarness, openIngestHarness } from '../../test/ingest-harness.ts';
import { recordLines, recordsFormat } from '../../test/records-format.ts';
import { openBatch } from '../control/ledger.ts';
import { dropOtherLandings, prepareLanding } from '../events/landing.ts';
import { LOAD_SETTINGS } from '../events/load-batch.ts';
import type { Format } from '../formats/format.ts';
import type { Ingest } from './ingest.ts';
import { loadFromLedger } from './load.ts';
import { generationsOf, loadWith } from './loaded-with.ts';
import { landingMappings } from './mappings.ts';
import { recordsPath, writeSpool } from './spool.ts';

let harness: IngestHarness;

beforeEach(async () => {
  harness = await openIngestHarness([recordsFormat]);
});

afterEach(() => harness.close());

/** The same format as a newer release reads it. */
const NEWER: Format = {
  ...recordsFormat,
  variants: { json: { columns: { ...recordsFormat.variants.json?.columns, domain: `'newer.example'` } } },
};

async function newerRelease(): Promise<Ingest> {
  const landing = await prepareLanding(harness.events, landingMappings([NEWER]));
  return { ...harness.ingest, formats: [NEWER], landing };
}

const RECORDS = [1, 2, 3].map((second) => ({ time: `2026-01-02T03:04:0${second}Z`, kind: 'dns', domain: 'a.example' }));

async function spool(ingest: Ingest, token: string): Promise<void> {
  await writeSpool(ingest.spool, token, { lines: [Buffer.from(recordLines(RECORDS))], firstLine: 1, faults: [] });
}

async function open(ingest: Ingest) {
  const token = randomBytes(32).toString('hex');
  await spool(ingest, token);
  const { batch } = await openBatch(ingest.control.db, {
    organizationId: harness.organizationId,
    format: recordsFormat.name,
    variant: 'json',
    token,
    startHash: token,
    startOffset: 0,
    endOffset: 1000,
    endHash: token,
    firstLine: 1,
    lines: RECORDS.length,
    received: RECORDS.length,
    settings: loadWith(ingest, LOAD_SETTINGS),
    spoolPath: recordsPath(ingest.spool, token),
    owner: ingest.owner,
    leaseMs: 60_000,
  });
  return batch;
}

async function figures() {
  const [row] = await harness.events.query(
    `SELECT count() AS events, uniqExact(domain) AS domains,
      (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
      (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily,
      (SELECT sum(stored) FROM batch_counts) AS told FROM events`,
  );
  return row;
}

const ONCE = { events: 3, domains: 1, hourly: 3, daily: 3, told: 3 };

test('a batch that an older release loaded, but could not close, is stored once when a newer one takes it over', async () => {
  const batch = await open(harness.ingest);
  const newer = await newerRelease();
  await loadFromLedger(harness.ingest, batch);
  await harness.control.db.updateTable('batches').set({ state: 'open' }).where('seq', '=', batch.seq).execute();
  await spool(harness.ingest, batch.token);

  await dropOtherLandings(harness.events, new Set([newer.landing.generation, ...generationsOf([batch])]));
  await loadFromLedger(newer, batch);
  expect(await figures()).toEqual(ONCE);
});

test('a batch whose landing is gone goes through the one of the release that takes it over', async () => {
  const batch = await open(harness.ingest);
  const newer = await newerRelease();
  await dropOtherLandings(harness.events, new Set([newer.landing.generation]));
  await loadFromLedger(newer, batch);
  expect(await figures()).toEqual(ONCE);
});

test('an older release takes over what a newer one opened', async () => {
  const batch = await open(await newerRelease());
  await loadFromLedger(harness.ingest, batch);
  expect(await figures()).toEqual(ONCE);
  expect(await harness.events.query('SELECT DISTINCT domain FROM events')).toEqual([{ domain: 'newer.example' }]);
});
