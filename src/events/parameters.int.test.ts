import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestEvents } from '../../test/test-events.ts';
import type { EventStore } from './client.ts';

let folder: string;
let store: EventStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-parameters-'));
  store = await openTestEvents(folder, { sessions: 4 });
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('parameters of a query', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      "'; DROP TABLE events; --",
      "\\'",
      '\\',
      '\\x27 OR 1=1',
      '{a:String}',
      '\0',
      '\t\n\r',
      "']",
      '',
      'é😀',
    ),
  );

  test('come back as they were given, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 5 }), fc.option(fc.nat(255)), async (one, many, maybe) => {
        const rows = await store.query(
          'SELECT {one:String} AS one, {many:Array(String)} AS many, {maybe:Nullable(UInt8)} AS maybe',
          {
            one,
            many,
            maybe,
          },
        );
        expect(rows).toEqual([{ one, many, maybe }]);
      }),
      { numRuns: 300 },
    );
  });

  test('may be lists of a hundred thousand', async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => BigInt(index) + 2n ** 63n);
    const rows = await store.query<{ known: number }>(
      'SELECT count() AS known FROM numbers(10) WHERE 9223372036854775808 + number IN {ids:Array(UInt64)}',
      { ids },
    );
    expect(rows).toEqual([{ known: 10 }]);
  });

  test('of queries that run side by side do not meet', async () => {
    const ask = async (value: number) => {
      const [row] = await store.query<{ value: number; sum: number }>(
        'SELECT {value:UInt32} AS value, sum(number) AS sum FROM numbers({value:UInt32})',
        { value },
      );
      expect(row).toEqual({ value, sum: (value * (value - 1)) / 2 });
    };
    await Promise.all(Array.from({ length: 400 }, (_, value) => ask(value + 1)));
  });

  test('are refused when one is missing, also where an earlier query of the session had it', async () => {
    await store.query('SELECT {org:UInt32} AS org', { org: 7 });
    await expect(store.query('SELECT {org:UInt32} AS org')).rejects.toThrow('no value for parameter org');
  });

  test('whose name is none are refused', async () => {
    await expect(store.query('SELECT 1 AS one', { 'a = 1; SELECT': 1 })).rejects.toThrow('unsafe parameter name');
  });
});
