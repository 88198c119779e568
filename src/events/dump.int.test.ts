import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import type { EventStore } from './client.ts';
import {
  type BatchBounds,
  DUMPED_EVENT_TABLES,
  type DumpedEventTable,
  digestForDump,
  digestOfTable,
  dropCopies,
  exportChunk,
  loadChunk,
  makeCopies,
  planChunks,
} from './dump.ts';
import { migrateEvents } from './migrate.ts';
import {
  clearEventMark,
  knownEventMigrations,
  migrateAsBackup,
  noteChunk,
  notedChunks,
  rowsPresent,
  unfinishedEventRestore,
} from './unfinished-restore.ts';

let folder: string;

/** The embedded engine has one directory open at a time. */
async function withStore<T>(name: string, work: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await openTestEvents(join(folder, name));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-dump-'));
  await withStore('source', async (store) => {
    await migrateEvents(store);
    await fill(store);
  });
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Three organizations, a batch each 25,000 events, over three months; with and without every optional field. */
async function fill(store: EventStore): Promise<void> {
  await store.command(
    `INSERT INTO events (org, time, seq, row, kind, verdict, domain, src_port, identity_ids, categories, extra, raw)
     SELECT number % 3 + 1, toDateTime64('2026-01-01 00:00:00', 6, 'UTC') + number * 26, intDiv(number, 25000) + 1,
       number % 25000, if(number % 7 = 0, 'endpoint', 'dns'), 'allowed', concat('d', toString(number % 1000), '.example'),
       if(number % 2 = 0, NULL, number % 5), [number % 10], [1, 2], map('k', toString(number)), repeat('r', 300)
     FROM numbers(300000) SETTINGS max_partitions_per_insert_block = 0`,
  );
  await store.command(
    `INSERT INTO rejects (org, seq, row, line, reason, raw) SELECT 1, 3, number, number, 'because', 'x' FROM numbers(10)`,
  );
  await store.command('INSERT INTO batch_counts SELECT number % 3 + 1, number % 12 + 1, 5, 0, 1 FROM numbers(24)');
  for (const categories of ['[5, 9]', '[7, 5]']) {
    await store.command(`INSERT INTO labels SELECT 1, 2, number, 'l', 't', ${categories}, [] FROM numbers(1000)`);
  }
  await store.command(
    `INSERT INTO backup_jobs (org, placed, id, source, job, state, seen, parts)
     SELECT 2, 0, number % 50, 'restic', 'j', (4, toDateTime64(number, 6, 'UTC'), 'done', NULL, 7, '', 1, number),
       toDateTime64(number, 6, 'UTC'), map(toString(number), number) FROM numbers(100)`,
  );
}

const ALL: BatchBounds = { horizon: 1000, except: [] };

function facets(store: EventStore, table: string): Promise<unknown[]> {
  return store.query(`SELECT org, facet, count() AS keys, sum(requests) AS requests FROM ${table} FINAL
    GROUP BY org, facet ORDER BY org, facet`);
}

async function everythingIn(store: EventStore) {
  const digests = await Promise.all(DUMPED_EVENT_TABLES.map(({ name }) => digestOfTable(store, name)));
  return { digests, hourly: await facets(store, 'facets_hourly'), daily: await facets(store, 'facets_daily') };
}

test('stores elsewhere what was exported, once however often a file is loaded, with its rollups', async () => {
  const files: { table: DumpedEventTable['name']; path: string }[] = [];
  const before = await withStore('source', async (store) => {
    await makeCopies(store);
    for (const table of DUMPED_EVENT_TABLES) {
      expect(await digestForDump(store, table.name, ALL)).toEqual(await digestOfTable(store, table.name));
      for (const chunk of await planChunks(store, table, ALL)) {
        const path = join(folder, `${files.length}.native.zst`);
        expect((await exportChunk(store, chunk, { bounds: ALL, path })).rows).toBeGreaterThan(0);
        files.push({ table: table.name, path });
      }
    }
    await dropCopies(store);
    return everythingIn(store);
  });
  expect(files.length).toBeGreaterThan(5);
  expect(before.digests.map((found) => found.length)).toEqual([3, 1, 3, 1, 1]);
  await withStore('target', async (store) => {
    await migrateEvents(store);
    for (const [index, file] of files.entries()) {
      for (const _ of [1, 2]) await loadChunk(store, { ...file, token: `chunk-${index}` });
    }
    expect(await everythingIn(store)).toEqual(before);
  });
}, 120_000);

test('notices one byte of one row', () =>
  withStore('source', async (store) => {
    const before = await digestOfTable(store, 'rejects');
    await store.command(`ALTER TABLE rejects UPDATE raw = 'y' WHERE row = 4 SETTINGS mutations_sync = 1`);
    const after = await digestOfTable(store, 'rejects');
    expect(after.map(({ rows }) => rows)).toEqual(before.map(({ rows }) => rows));
    expect(after[0]?.checksum).not.toBe(before[0]?.checksum);
  }));

test('leaves out batches above the horizon and those it is told', () =>
  withStore('source', async (store) => {
    const bounds: BatchBounds = { horizon: 6, except: [2, 4] };
    const found = await digestForDump(store, 'events', bounds);
    expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(4 * 25_000);
    let rows = 0;
    for (const chunk of await planChunks(store, { name: 'events', by: 'batches', key: '' }, bounds)) {
      rows += (await exportChunk(store, chunk, { bounds, path: join(folder, `some-${rows}.native.zst`) })).rows;
    }
    expect(rows).toBe(4 * 25_000);
  }));

test('opens a store that is being restored for that restore alone', () =>
  withStore('marked', async (store) => {
    const known = await knownEventMigrations();
    const migrations = known.slice(0, 2);
    await migrateAsBackup(store, migrations);
    expect(await unfinishedEventRestore(store)).toBeUndefined();
    await migrateAsBackup(store, migrations, 'one');
    expect(await unfinishedEventRestore(store)).toBe('one');
    await migrateAsBackup(store, migrations, 'one');
    await expect(migrateAsBackup(store, migrations, 'other')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(migrateEvents(store)).rejects.toThrow(/restore into the event store has not finished/);
    await noteChunk(store, 'events/a');
    expect(await notedChunks(store)).toEqual(new Set(['events/a']));
    await clearEventMark(store);
    expect(await migrateEvents(store)).toEqual(known.slice(2).map(({ name }) => name));
    expect(await notedChunks(store)).toEqual(new Set());
    expect(await rowsPresent(store)).toEqual([]);
  }));
