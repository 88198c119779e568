import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import type { EventStore } from './client.ts';
import { type FileQuestion, writeFile } from './write-file.ts';

let folder: string;
let store: EventStore;
let path: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-write-file-'));
  store = await openTestEvents(join(folder, 'events'), { sessions: 3 });
});

beforeEach(() => {
  files += 1;
  path = join(folder, `${files}.csv`);
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const numbers = (count: number, more: Partial<FileQuestion> = {}): FileQuestion => ({
  columns: [
    { name: 'number', sql: 'number', kind: 'number' },
    { name: 'name', sql: `concat('n', toString(number))`, kind: 'text' },
  ],
  source: { sql: 'SELECT number FROM numbers({count:UInt64})', parameters: { count } },
  order: 'number DESC',
  ...more,
});

/** Names in the folder that belong to this test's file. */
const left = async () => (await readdir(folder)).filter((name) => name.startsWith(`${files}.csv`));

test('writes every row in order, and says how many, how long and which', async () => {
  const written = await writeFile(store, numbers(200_000), { path });
  const lines = (await readFile(path, 'utf8')).split('\r\n');
  expect(lines.slice(0, 3)).toEqual(['number,name', '199999,"n199999"', '199998,"n199998"']);
  expect(lines.slice(-3)).toEqual(['1,"n1"', '0,"n0"', '']);
  expect(lines).toHaveLength(200_002);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  expect(written).toEqual({ rows: 200_000, bytes: (await stat(path)).size, sha256 });
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
});

test('writes the header of a file without rows', async () => {
  expect(await writeFile(store, numbers(0), { path })).toMatchObject({ rows: 0 });
  expect(await readFile(path, 'utf8')).toBe('number,name\r\n');
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@cmd', `"'@cmd"`],
  ['\tx', `"'\tx"`],
  ['\rx', `"'\rx"`],
  ['a=b', '"a=b"'],
  ['say "x", twice\r\n', '"say ""x"", twice\r\n"'],
  ["'; DROP", `"'; DROP"`],
  ['', '""'],
])('writes the text %j as %s, and numbers and instants as they are', async (text, cell) => {
  const columns: FileQuestion['columns'] = [
    { name: 'text', sql: 'text', kind: 'text' },
    { name: 'negative', sql: '-5', kind: 'number' },
    { name: 'none', sql: 'NULL', kind: 'number' },
    { name: 'moment', sql: `toDateTime64('2026-01-31 09:00:00.999', 6, 'UTC')`, kind: 'instant' },
    { name: 'never', sql: `CAST(NULL AS Nullable(DateTime64(6, 'UTC')))`, kind: 'instant' },
  ];
  const source = { sql: 'SELECT {text:String} AS text', parameters: { text } };
  await writeFile(store, { columns, source, order: 'text' }, { path });
  const header = 'text,negative,none,moment,never\r\n';
  expect(await readFile(path, 'utf8')).toBe(`${header}${cell},-5,,"2026-01-31T09:00:00Z",""\r\n`);
});

const slow = (sql: string): Partial<FileQuestion> => ({ source: { sql, parameters: {} } });
const ENDLESS = 'SELECT number FROM numbers(1000000000000) WHERE NOT ignore(SHA512(toString(number)))';

test('leaves no file when it is stopped, whether rows have come yet or not', async () => {
  for (const order of ['number', 'cityHash64(number)']) {
    const question = numbers(0, { ...slow(ENDLESS), order });
    const writing = writeFile(store, question, { path, signal: AbortSignal.timeout(300) });
    await expect(writing).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await left()).toEqual([]);
  }
  // A statement that was stopped ends as soon as it notices; this one names itself.
  const running = () => store.query(`SELECT count() AS running FROM system.processes WHERE query LIKE '%SHA512%'`);
  await vi.waitFor(async () => expect(await running()).toEqual([{ running: 1 }]), { timeout: 30_000 });
});

test('leaves no file when the engine fails midway', async () => {
  const failing = slow(`SELECT number FROM numbers(1000000) WHERE throwIf(number = 900000, 'broken') = 0`);
  await expect(writeFile(store, numbers(0, failing), { path })).rejects.toThrow(/broken/);
  expect(await left()).toEqual([]);
});

test('leaves no file when the disk is full', async () => {
  await symlink('/dev/full', `${path}.part`);
  await expect(writeFile(store, numbers(100_000), { path })).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await left()).toEqual([]);
});
