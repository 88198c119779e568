import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import { sqlText } from '../kit/sql-literals.ts';
import type { EventStore, RowFile } from './client.ts';
import { migrateEvents } from './migrate.ts';

let folder: string;
let store: EventStore;
let path: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-row-files-'));
  store = await openTestEvents(join(folder, 'events'), { sessions: 3 });
});

beforeEach(() => {
  files += 1;
  path = join(folder, `${files}.native.zst`);
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const COLUMNS = 'number UInt64, name String';

async function into(table: string, file: Partial<RowFile> = {}): Promise<unknown> {
  await store.command(`CREATE OR REPLACE TABLE ${table} (${COLUMNS}) ENGINE = MergeTree ORDER BY number`);
  await store.load({
    insert: `INSERT INTO ${table} (number, name)`,
    select: (source) => `SELECT number, name FROM ${source}`,
    file: { path, format: 'Native', structure: COLUMNS, ...file },
  });
  const [sums] = await store.query(
    `SELECT count() AS rows, sum(number) AS numbers, sum(cityHash64(name) % 1000) AS names FROM ${table}`,
  );
  return sums;
}

const NUMBERS = "SELECT number, concat('n', toString(number)) AS name FROM numbers({count:UInt64})";

test('what is exported can be loaded, row by row', async () => {
  expect(await store.exportRows(NUMBERS, { count: 200_000 }, path)).toEqual({ rows: 200_000 });
  const [sums] = await store.query(
    `SELECT count() AS rows, sum(number) AS numbers, sum(cityHash64(name) % 1000) AS names FROM (${NUMBERS})`,
    { count: 200_000 },
  );
  expect(await into('back')).toEqual(sums);
});

test('nothing to export is a file of no rows', async () => {
  expect(await store.exportRows(NUMBERS, { count: 0 }, path)).toEqual({ rows: 0 });
  expect((await stat(path)).isFile()).toBe(true);
});

test('what is there already is not written over', async () => {
  await writeFile(path, 'mine');
  await expect(store.exportRows(NUMBERS, { count: 1 }, path)).rejects.toThrow('EEXIST');
  expect((await stat(path)).size).toBe(4);
});

test('a statement that fails leaves no file', async () => {
  const failing = "SELECT throwIf(number = 150000, 'stop') AS number FROM numbers(200000)";
  await expect(store.exportRows(failing, {}, path)).rejects.toThrow('stop');
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('a signal stops the export with its reason and leaves no file', async () => {
  const controller = new AbortController();
  const endless = 'SELECT number FROM system.numbers WHERE sipHash64(number) = 0';
  const exported = store.exportRows(endless, {}, path, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('not wanted any more')), 300);
  await expect(exported).rejects.toThrow('not wanted any more');
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('a file that was cut short is not loaded, not even in part', async () => {
  await store.exportRows(NUMBERS, { count: 200_000 }, path);
  await truncate(path, (await stat(path)).size - 1);
  await expect(into('cut')).rejects.toThrow('was cut short');
  expect(await store.query('SELECT count() AS rows FROM cut')).toEqual([{ rows: 0 }]);
});

test('lines of a compressed file are read as those of a plain one', async () => {
  const plain = join(folder, `${files}.jsonl`);
  await writeFile(
    plain,
    Array.from({ length: 1000 }, (_, number) => `{"number":${number},"name":"é\\n${number}"}\n`).join(''),
  );
  const sums = await into('plain', { path: plain, format: 'JSONEachRow' });
  expect(sums).toMatchObject({ rows: 1000, numbers: 499_500 });
  await promisify(execFile)('zstd', ['-q', plain]);
  expect(await into('packed', { path: `${plain}.zst`, format: 'JSONEachRow' })).toEqual(sums);
});

test('a file that is not there is said not to be', async () => {
  await expect(into('missing')).rejects.toThrow(/doesn't exist|no such file|FILE_DOESNT_EXIST|ENOENT/i);
});

test('every column of every stored table comes back as it was', async () => {
  await migrateEvents(store);
  const tables = ['events', 'facets_hourly', 'facets_daily', 'labels', 'rejects', 'batch_counts', 'backup_jobs'];
  for (const table of tables) {
    const columns = await store.query<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}
        AND default_kind != 'ALIAS' ORDER BY position`,
      { table },
    );
    const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    const names = columns.map(({ name }) => name).join(', ');
    for (const copy of ['made', 'back'])
      await store.command(`CREATE OR REPLACE TABLE ${copy} (${structure}) ENGINE = Memory`);
    await store.command(`INSERT INTO made SELECT * FROM generateRandom(${sqlText(structure)}, 7, 20, 4) LIMIT 1000`);
    const file = join(folder, `${table}.native.zst`);
    expect(await store.exportRows(`SELECT ${names} FROM made`, {}, file)).toEqual({ rows: 1000 });
    await store.load({
      insert: `INSERT INTO back (${names})`,
      select: (source) => `SELECT ${names} FROM ${source}`,
      file: { path: file, format: 'Native', structure },
    });
    const [sums] = await store.query<Record<string, number>>(
      `SELECT (SELECT sum(sipHash64(toString(tuple(*))) % 1000000) FROM made) AS made,
        (SELECT sum(sipHash64(toString(tuple(*))) % 1000000) FROM back) AS back`,
    );
    expect(sums?.made, table).toBeGreaterThan(0);
    expect(sums?.back, table).toBe(sums?.made);
  }
});
