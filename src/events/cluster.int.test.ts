import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRecords } from '../../test/load-records.ts';
import { recordsFormat, type TestRecord } from '../../test/records-format.ts';
import { openShardedEvents } from '../../test/sharded-events.ts';
import { FORMATS } from '../formats/registry.ts';
import { landingMappings } from '../ingest/mappings.ts';
import type { EventStore } from './client.ts';
import { CLUSTER_DELETE_SETTINGS, CLUSTER_SETTINGS } from './cluster-settings.ts';
import { dropOtherLandings, type Landing, prepareLanding } from './landing.ts';
import { countBatch } from './load-batch.ts';
import { migrateEvents } from './migrate.ts';
import { deleteEventsBefore } from './retention.ts';

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-cluster-'));
  store = await openShardedEvents(join(folder, 'events'));
  await migrateEvents(store);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function load(landing: Landing, organizationId: number, seq: number, records: readonly TestRecord[]): Promise<void> {
  return loadRecords(store, folder, { landing, organizationId, seq, records });
}

const DNS: TestRecord = { time: '2026-01-02T03:04:05Z', kind: 'dns', domain: 'a.example' };

async function tablesIn(database: string): Promise<string[]> {
  const rows = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = {database:String} AND NOT endsWith(name, '_view') ORDER BY name",
    { database },
  );
  return rows.map(({ name }) => name);
}

describe('a store on a cluster', () => {
  test('has a table before each table of the shards, with the same columns', async () => {
    await prepareLanding(store, landingMappings(FORMATS));
    expect(await tablesIn('default')).toEqual(
      [...(await tablesIn('default_shard')), 'installation', 'schema_migrations'].sort(),
    );
    const columnsIn = (database: string) =>
      store.query(
        `SELECT table, name, type, default_kind, default_expression FROM system.columns
          WHERE database = {database:String} AND table NOT IN ('installation', 'schema_migrations') AND NOT endsWith(table, '_view')
          ORDER BY table, position`,
        { database },
      );
    expect(await columnsIn('default')).toEqual(await columnsIn('default_shard'));
  });

  test('stores a batch of each organization once, however often it is sent, and counts it', async () => {
    const landing = await prepareLanding(store, landingMappings([recordsFormat]));
    for (const _ of [1, 2]) {
      await load(landing, 1, 1, [DNS, { ...DNS, time: 'never' }]);
      await load(landing, 2, 2, [DNS, DNS, DNS]);
    }
    expect(await countBatch(store, 1, 1)).toEqual({ stored: 1, rejected: 1, ignored: 0 });
    expect(await countBatch(store, 2, 2)).toEqual({ stored: 3, rejected: 0, ignored: 0 });
    const [row] = await store.query(
      `SELECT count() AS events, uniqExact(destination) AS destinations, sum(length(facets) > 0) AS counted,
        (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
        (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily FROM events`,
    );
    expect(row).toEqual({ events: 4, destinations: 1, counted: 4, hourly: 4, daily: 4 });
  });

  test('deletes on the shards what retention lets go, and finds again what it applied and made', async () => {
    const landing = await prepareLanding(store, landingMappings([recordsFormat]));
    await load(landing, 1, 1, [DNS]);
    await load(landing, 2, 2, [{ ...DNS, time: '2026-01-04T00:00:00Z' }]);
    await deleteEventsBefore(store, Date.parse('2026-01-03T00:00:00Z'));
    expect(await store.query('SELECT org FROM events')).toEqual([{ org: 2 }]);

    expect(await migrateEvents(store)).toEqual([]);
    await dropOtherLandings(store, new Set());
    expect((await tablesIn('default')).filter((name) => name.startsWith('landing'))).toEqual([]);
    expect((await prepareLanding(store, landingMappings([recordsFormat]))).generation).toBe(landing.generation);
    await load(landing, 1, 3, [DNS]);
    expect(await countBatch(store, 1, 3)).toEqual({ stored: 1, rejected: 0, ignored: 0 });
  });

  test('runs with settings that the engine knows', async () => {
    const names = Object.keys({ ...CLUSTER_SETTINGS, ...CLUSTER_DELETE_SETTINGS }).sort();
    const known = await store.query<{ name: string }>(
      'SELECT name FROM system.settings WHERE has({names:Array(String)}, name)',
      {
        names,
      },
    );
    expect(known.map(({ name }) => name).sort()).toEqual(names);
  });
});
