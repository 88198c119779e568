import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRecords } from '../../test/load-records.ts';
import { recordsFormat, type TestRecord } from '../../test/records-format.ts';
import { openTestEvents } from '../../test/test-events.ts';
import { landingMappings } from '../ingest/mappings.ts';
import type { EventStore } from './client.ts';
import { runSchemaStatement } from './cluster.ts';
import { type Landing, prepareLanding } from './landing.ts';
import { migrateEvents } from './migrate.ts';

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-migrate-'));
  store = await openTestEvents(join(folder, 'events'));
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A folder of migrations as a release had it that knew only these. */
async function release(...names: string[]): Promise<URL> {
  const schema = join(folder, 'schema');
  await mkdir(schema, { recursive: true });
  for (const name of names) await copyFile(join(import.meta.dirname, 'schema', name), join(schema, name));
  return pathToFileURL(`${schema}/`);
}

/** The store as the first release left it, and beside it the tables that today's views write to. */
async function migrateToFirstRelease(): Promise<void> {
  await migrateEvents(store, await release('0001_events.sql'));
  const later = await readFile(join(import.meta.dirname, 'schema/0003_backup_jobs.sql'), 'utf8');
  const [, backupJobs = ''] = later.match(/^CREATE TABLE (backup_jobs [\s\S]*);\s*$/m) ?? [];
  await runSchemaStatement(store, `CREATE TABLE IF NOT EXISTS ${backupJobs}`);
}

async function reopen(): Promise<void> {
  await store.close();
  store = await openTestEvents(join(folder, 'events'));
}

function load(landing: Landing, seq: number, records: readonly TestRecord[]): Promise<void> {
  return loadRecords(store, folder, { landing, seq, records });
}

async function stored(): Promise<unknown[]> {
  return store.query(
    `SELECT seq, kind, destination,
      (SELECT sum(requests) FROM facets_hourly WHERE facet = 1) AS hourly,
      (SELECT sum(requests) FROM facets_daily WHERE facet = 1) AS daily FROM events ORDER BY seq, row`,
  );
}

const TIME = '2026-01-02T03:04:05Z';
const DNS: TestRecord = { time: TIME, kind: 'dns', domain: 'a.example' };
const PROCESS: TestRecord = { time: TIME, kind: 'endpoint', src_ip: '10.0.0.1', extra: { Image: 'C:\\a.exe' } };

test('a store of the first release takes endpoint events after it, and keeps what it holds', async () => {
  const mappings = landingMappings([recordsFormat]);
  await migrateToFirstRelease();
  await load(await prepareLanding(store, mappings), 1, [DNS, { ...DNS, kind: 'other' }]);
  await reopen();

  expect(await migrateEvents(store)).toContain('0002_endpoint.sql');
  await load(await prepareLanding(store, mappings), 2, [PROCESS, DNS]);
  const rollups = { hourly: 2, daily: 2 };
  expect(await stored()).toEqual([
    { seq: 1, kind: 'dns', destination: 'a.example', ...rollups },
    { seq: 1, kind: 'other', destination: 'a.example', ...rollups },
    { seq: 2, kind: 'endpoint', destination: '', ...rollups },
    { seq: 2, kind: 'dns', destination: 'a.example', ...rollups },
  ]);

  await reopen();
  expect(await migrateEvents(store)).toEqual([]);
});

test('what records pass through on their way in follows the stored table', async () => {
  const mappings = landingMappings([recordsFormat]);
  const kindsOf = async (table: string) =>
    store.query('SELECT DISTINCT type FROM system.columns WHERE table = {table:String} AND name = {name:String}', {
      table,
      name: 'kind',
    });
  await migrateToFirstRelease();
  const before = await prepareLanding(store, mappings);
  await migrateEvents(store);
  const after = await prepareLanding(store, mappings);
  expect(after.generation).not.toBe(before.generation);
  expect(await kindsOf(`mapped_${after.generation}`)).toEqual(await kindsOf('events'));
});

test('a migration that was cut short is taken up again, and one that this release does not know stops the start', async () => {
  const folderOfFirst = await release('0001_events.sql');
  await migrateEvents(store, folderOfFirst);
  await runSchemaStatement(
    store,
    `ALTER TABLE events MODIFY COLUMN kind Enum8('dns' = 1, 'web' = 2, 'firewall' = 3, 'intrusion' = 4, 'ip' = 5,
      'audit' = 6, 'dns_answer' = 7, 'tls' = 8, 'file' = 9, 'anomaly' = 10, 'dlp' = 11, 'vpn' = 12, 'ztna' = 13,
      'endpoint' = 14, 'other' = 100)`,
  );
  expect(await migrateEvents(store)).toContain('0002_endpoint.sql');
  await expect(migrateEvents(store, folderOfFirst)).rejects.toThrow('it is from a newer one');
});
