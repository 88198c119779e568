import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRecords } from '../../test/load-records.ts';
import { recordsFormat, type TestRecord } from '../../test/records-format.ts';
import { openTestEvents } from '../../test/test-events.ts';
import { landingMappings } from '../ingest/mappings.ts';
import type { EventStore } from './client.ts';
import { layoutOf, runSchemaStatement } from './cluster.ts';
import { dropOtherLandings, findLanding, type Landing, prepareLanding } from './landing.ts';
import { migrateEvents } from './migrate.ts';

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-landing-'));
  store = await openTestEvents(join(folder, 'events'));
  await migrateEvents(store);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const MAPPINGS = landingMappings([recordsFormat]);

/** The same format as a later release reads it: every domain with a word before it. */
const LATER_MAPPINGS = MAPPINGS.map((mapping) => ({
  ...mapping,
  columns: mapping.columns.map((column) =>
    column.name === 'domain' ? { ...column, expression: `concat('later.', ${column.expression})` } : column,
  ),
}));

const RECORD: TestRecord = { time: '2026-01-02T03:04:05Z', kind: 'dns', domain: 'a.example' };

function load(landing: Landing, seq: number, records: readonly TestRecord[] = [RECORD]): Promise<void> {
  return loadRecords(store, folder, { landing, seq, records });
}

async function stored(): Promise<unknown[]> {
  return store.query(
    `SELECT seq, domain, (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS counted,
      (SELECT sum(stored) FROM batch_counts) AS told FROM events ORDER BY seq, row`,
  );
}

async function landingTables(): Promise<string[]> {
  const layout = await layoutOf(store);
  const rows = await store.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE match(name, '^(landing|parsed|mapped)')
      AND database = ${layout ? `'${layout.shardDatabase}'` : 'currentDatabase()'} ORDER BY name`,
  );
  return rows.map(({ name }) => name);
}

test('two processes that make the same landing at once make one', async () => {
  const [one, other] = await Promise.all([prepareLanding(store, MAPPINGS), prepareLanding(store, MAPPINGS)]);
  expect(other.generation).toBe(one.generation);
  await load(one, 1);
  expect(await stored()).toEqual([{ seq: 1, domain: 'a.example', counted: 1, told: 1 }]);
});

test('a landing that was left half made is completed', async () => {
  const { generation } = await prepareLanding(store, MAPPINGS);
  const whole = await landingTables();
  for (const name of whole.filter((_, index) => index % 2 === 0)) {
    await runSchemaStatement(store, `DROP TABLE IF EXISTS ${name}`);
  }

  const landing = await prepareLanding(store, MAPPINGS);
  expect(landing.generation).toBe(generation);
  expect(await landingTables()).toEqual(whole);
  await load(landing, 1);
  expect(await stored()).toEqual([{ seq: 1, domain: 'a.example', counted: 1, told: 1 }]);
});

test('two releases load side by side, each in its own way, and every record counts once', async () => {
  const earlier = await prepareLanding(store, MAPPINGS);
  const later = await prepareLanding(store, LATER_MAPPINGS);
  expect(later.generation).not.toBe(earlier.generation);
  await Promise.all([load(earlier, 1), load(later, 2)]);
  await load(earlier, 3);
  const counts = { counted: 3, told: 3 };
  expect(await stored()).toEqual([
    { seq: 1, domain: 'a.example', ...counts },
    { seq: 2, domain: 'later.a.example', ...counts },
    { seq: 3, domain: 'a.example', ...counts },
  ]);
});

test('only landings that nobody uses are dropped, and those of releases that had one at a time', async () => {
  await runSchemaStatement(
    store,
    'CREATE TABLE IF NOT EXISTS landing_state (org UInt32) ENGINE = MergeTree ORDER BY org',
  );
  await runSchemaStatement(store, 'CREATE TABLE IF NOT EXISTS parsed (org UInt32) ENGINE = Null');
  const earlier = await prepareLanding(store, MAPPINGS);
  const later = await prepareLanding(store, LATER_MAPPINGS);

  await dropOtherLandings(store, new Set([earlier.generation, later.generation]));
  expect(await landingTables()).not.toContain('parsed');
  expect(await landingTables()).not.toContain('landing_state');
  await load(earlier, 1);

  await dropOtherLandings(store, new Set([later.generation]));
  expect((await landingTables()).filter((name) => !name.includes(later.generation))).toEqual([]);
  expect(await findLanding(store, earlier.generation)).toBeUndefined();
  expect((await findLanding(store, later.generation))?.table('x')).toBe(later.table('x'));
  await load(later, 2);
  expect(await stored()).toMatchObject([
    { seq: 1, domain: 'a.example' },
    { seq: 2, domain: 'later.a.example' },
  ]);
});
