import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import type { EventStore } from './client.ts';

let folder: string;
let store: EventStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-exceeded-'));
  store = await openTestEvents(join(folder, 'events'));
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const MEMORY = { code: 'unavailable', public: 'this takes more memory than it may; ask for less' };
const TIME = { code: 'unavailable', public: 'this takes more time than it may; ask for less' };
const LARGE = 'SELECT groupArray(number) AS numbers FROM numbers(10000000)';
const LONG = 'SELECT count() AS n FROM numbers(1000000000000) WHERE NOT ignore(SHA512(toString(number)))';

test('who asks for too much is told of what, for a page and for a file', async () => {
  const little = { max_memory_usage: 2 ** 20 };
  const soon = { max_execution_time: 1 };
  await expect(store.query(LARGE, {}, { settings: little })).rejects.toMatchObject(MEMORY);
  await expect(store.query(LONG, {}, { settings: soon })).rejects.toMatchObject(TIME);
  const ignore = async () => undefined;
  await expect(store.stream(LARGE, {}, { settings: little }, ignore)).rejects.toMatchObject(MEMORY);
  await expect(store.stream(LONG, {}, { settings: soon }, ignore)).rejects.toMatchObject(TIME);
});
