import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PASSWORD, sentenceOf } from '../../test/clickhouse-server/sentence-of.ts';
import { type ClickHouse, startClickHouse } from '../../test/clickhouse-server/server.ts';
import { type EventStore, openEventStore } from './client.ts';

let folder: string;
let server: ClickHouse;
let store: EventStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-server-engine-'));
  server = await startClickHouse({ path: join(folder, 'events'), user: 'belfry', password: PASSWORD });
  store = await openEventStore({ url: server.url, sessions: 3, queryTimeoutSeconds: 60 });
  await store.command(
    `CREATE TABLE lines (number UInt64, text String) ENGINE = MergeTree ORDER BY number
      SETTINGS non_replicated_deduplication_window = 100`,
  );
});

afterEach(() => {
  server.troubles.clear();
});

afterAll(async () => {
  await store.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function loadLines(seq: number, lines: number, target = store): Promise<void> {
  const path = join(folder, `${seq}.txt`);
  await writeFile(path, Array.from({ length: lines }, (_, line) => `line ${line} of ${seq}\n`).join(''));
  await target.load({
    insert: 'INSERT INTO lines (number, text)',
    settings: {
      insert_deduplication_token: createHash('sha256').update(`${seq}`).digest('hex'),
      deduplicate_insert_select: 'enable_even_for_bad_queries',
      max_threads: 1,
    },
    select: (source) => `SELECT {seq:UInt64}, text FROM ${source}`,
    file: { path, format: 'LineAsString', structure: 'text String' },
    parameters: { seq },
  });
}

async function storedOf(seq: number): Promise<unknown> {
  const [row] = await store.query<{ rows: number }>('SELECT count() AS rows FROM lines WHERE number = {seq:UInt64}', {
    seq,
  });
  return row?.rows;
}

test('settings that a server does not know yet are not given to it', async () => {
  const older = await startClickHouse({ path: join(folder, 'events'), version: '25.3.2.39' });
  older.troubles.plan(/deduplicate_insert_select/, { kind: 'refuse', code: 115, name: 'UNKNOWN_SETTING' });
  const other = await openEventStore({ url: older.url });
  await loadLines(900, 3, other);
  await other.close();
  await older.close();
  expect(await storedOf(900)).toBe(3);
});

test.each([
  [164, 'READONLY', /lets its user only read/],
  [242, 'TABLE_IS_READ_ONLY', /cannot write to a table, which is read-only/],
  [243, 'NOT_ENOUGH_SPACE', /has no space left/],
  [252, 'TOO_MANY_PARTS', /has to merge/],
  [202, 'TOO_MANY_SIMULTANEOUS_QUERIES', /runs as many queries as it may/],
  [285, 'TOO_FEW_LIVE_REPLICAS', /too few replicas/],
  [286, 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE', /enough replicas/],
  [516, 'AUTHENTICATION_FAILED', /user or password are wrong/],
])('exception %i is told to the operator, whatever was asked', async (code, name, sentence) => {
  server.troubles.plan(/./, { kind: 'refuse', code, name }, 3);
  expect(await sentenceOf(store.query('SELECT 1'))).toMatch(sentence);
  expect(await sentenceOf(store.command('OPTIMIZE TABLE lines'))).toMatch(sentence);
  expect(await sentenceOf(loadLines(code, 10))).toMatch(sentence);
  await loadLines(code, 10);
  expect(await storedOf(code)).toBe(10);
});

test('who asks a question is not told where the server is', async () => {
  server.troubles.plan(/./, { kind: 'refuse', code: 202, name: 'TOO_MANY_SIMULTANEOUS_QUERIES' });
  await expect(store.query('SELECT 1')).rejects.toMatchObject({ public: expect.not.stringContaining('127.0.0.1') });
});

test('what the statement is to blame for stays what the server says', async () => {
  const failure = store.query("SELECT throwIf(1, 'on purpose')");
  await expect(failure).rejects.toMatchObject({ code: '395', message: expect.stringContaining('on purpose') });
  await expect(store.query('SELECT 1; SELECT 2')).rejects.toThrow('Multi-statements are not allowed');
});

test('a connection that breaks in mid-insert stores nothing, and a second attempt stores all of it once', async () => {
  server.troubles.plan(/INSERT INTO lines/, { kind: 'break-request', bytes: 200_000 }, 2);
  expect(await sentenceOf(loadLines(1, 100_000))).toMatch(/broke the connection/);
  expect(await storedOf(1)).toBe(0);
  await loadLines(1, 100_000);
  expect(await storedOf(1)).toBe(100_000);
});

test('an insert that was done but not acknowledged is done once', async () => {
  server.troubles.plan(/INSERT INTO lines/, { kind: 'forget' }, 3);
  expect(await sentenceOf(loadLines(2, 5000))).toMatch(/broke the connection/);
  await loadLines(2, 5000);
  expect(await storedOf(2)).toBe(5000);
});

test('a file that is not there is told as such, and a server that is not there leaves none open', async () => {
  const load = (path: string) =>
    store.load({
      insert: 'INSERT INTO lines (text)',
      select: (source) => `SELECT text FROM ${source}`,
      file: { path, format: 'LineAsString', structure: 'text String' },
    });
  await expect(load(join(folder, 'missing.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
  const open = async () => (await readdir('/dev/fd')).length;
  await server.stop();
  const before = await open();
  for (let time = 0; time < 20; time += 1) await sentenceOf(loadLines(4, 1));
  await server.start();
  await expect.poll(open).toBeLessThan(before + 10);
});

test('a read on a connection that the server had just closed is asked again; a statement that changes something is not', async () => {
  server.troubles.plan(/SELECT 7/, { kind: 'stale' });
  expect(await store.query('SELECT 7 AS seven')).toEqual([{ seven: 7 }]);
  server.troubles.plan(/TRUNCATE/, { kind: 'stale' });
  expect(await sentenceOf(store.command('TRUNCATE TABLE IF EXISTS nothing'))).toMatch(/broke the connection/);
});

test('a server that is gone is said to be, and is used again when it is back', async () => {
  await server.stop();
  expect(await sentenceOf(store.query('SELECT 1'))).toMatch(/nothing listens there|broke the connection/);
  expect(await sentenceOf(loadLines(3, 10))).toMatch(/nothing listens there|broke the connection/);
  await server.start();
  expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await loadLines(3, 10);
  expect(await storedOf(3)).toBe(10);
});

test('an answer that stops in the middle is no answer', async () => {
  const sql = 'SELECT number, toString(number) AS text FROM numbers(300000)';
  for (const bytes of [0, 1, 100_000, 3_000_000]) {
    server.troubles.plan(/FROM numbers/, { kind: 'break-answer', bytes }, 2);
    expect(await sentenceOf(store.stream(sql, {}, {}, async () => undefined)), `${bytes}`).toMatch(
      /broke the connection/,
    );
    server.troubles.clear();
    server.troubles.plan(/FROM numbers/, { kind: 'break-answer', bytes }, 2);
    expect(await sentenceOf(store.query(sql)), `${bytes}`).toMatch(/broke the connection/);
    server.troubles.clear();
  }
});

test('an exception after the first rows ends a stream, with and without marks', async () => {
  const sql =
    "SELECT number, 'a \"quoted\"\\nline' AS text, throwIf(number = 2500000, 'too late') FROM numbers(3000000)";
  await expect(store.stream(sql, {}, { settings: { max_threads: 1 } }, async () => undefined)).rejects.toThrow(
    'too late',
  );
  const older = await startClickHouse({ path: join(folder, 'events'), version: '25.3.2.39', marksExceptions: false });
  const other = await openEventStore({ url: older.url });
  let rows = 0;
  const streamed = other.stream(sql, {}, { settings: { max_threads: 1 } }, async (block) => {
    rows += block.rows;
  });
  await expect(streamed).rejects.toThrow('too late');
  expect(rows).toBeGreaterThan(0);
  await other.close();
  await older.close();
});

test('rows of a stream are counted by their ends, not by line feeds in their cells', async () => {
  const pieces: Uint8Array[] = [];
  let rows = 0;
  const sql = `SELECT number, concat('"', toString(number), '\\n\\r\\n,""') AS text FROM numbers(200000)`;
  await store.stream(sql, {}, {}, async (block) => {
    rows += block.rows;
    pieces.push(block.bytes);
  });
  expect(rows).toBe(200_000);
  expect(pieces.length).toBeGreaterThan(1);
  for (const piece of pieces) expect(Buffer.from(piece).toString()).toMatch(/^\d+,"[\s\S]*"\n$/);
});

test('who cannot take more rows leaves no connection behind', async () => {
  const full = () => Promise.reject(new Error('no room'));
  for (let time = 0; time < 20; time += 1) {
    await expect(store.stream('SELECT number FROM numbers(10000000)', {}, {}, full)).rejects.toThrow('no room');
  }
  expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('what is aborted ends on the server as well', async () => {
  const controller = new AbortController();
  const endless = 'SELECT number FROM system.numbers WHERE sipHash64(number) = 0';
  const streamed = store.stream(endless, {}, { signal: controller.signal }, async () => undefined);
  const running = () =>
    store.query(
      `SELECT 1 FROM system.processes WHERE query LIKE '%sipHash64(number) = 0%' AND query NOT LIKE '%processes%'`,
    );
  await expect.poll(running, { timeout: 10_000 }).toHaveLength(1);
  controller.abort(new Error('not wanted any more'));
  await expect(streamed).rejects.toThrow('not wanted any more');
  await expect.poll(running, { timeout: 10_000 }).toEqual([]);
});

test('a server that never answers is given up after the time that the statement may take, and a little', async () => {
  server.troubles.plan(/SELECT 8/, { kind: 'hang' });
  // Fifteen seconds of patience are added.
  const asked = store.query('SELECT 8', {}, { settings: { max_execution_time: -14.5 } });
  expect(await sentenceOf(asked)).toMatch(/did not answer in time/);
});

test('answers are those of the embedded engine: whole numbers, text that is no UTF-8, times in UTC', async () => {
  expect(
    await store.query(
      `SELECT toUInt64(9007199254740991) AS big, unhex('61ff62') AS broken, toDateTime(0) AS epoch, [1.5, nan] AS floats,
        map('a', 1) AS map, CAST(NULL AS Nullable(UInt8)) AS nothing, currentDatabase() AS home`,
    ),
  ).toEqual([
    {
      big: 9007199254740991,
      broken: 'a�b',
      epoch: '1970-01-01 00:00:00',
      floats: [1.5, null],
      map: { a: 1 },
      nothing: null,
      home: 'default',
    },
  ]);
});
