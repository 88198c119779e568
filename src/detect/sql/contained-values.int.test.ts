import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEvents } from '../../../test/test-events.ts';
import type { EventStore } from '../../events/client.ts';
import { sqlList } from '../../kit/sql-literals.ts';
import { containsOneOf } from './contained-values.ts';

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-contained-'));
  store = await openTestEvents(join(folder, 'events'));
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Which of the texts, SQL expressions, contain one of the values. */
async function containing(texts: string, values: readonly string[]): Promise<boolean[]> {
  const rows = await store.query<{ found: number }>(
    `SELECT ${containsOneOf('text', values)} AS found FROM (SELECT arrayJoin(arrayEnumerate(${texts})) AS at, ${texts}[at] AS text) ORDER BY at`,
  );
  return rows.map(({ found }) => found === 1);
}

/** Few letters, so that texts and values often meet; of one to four bytes, with both that lists are separated by. */
const letters = fc.constantFrom('a', 'b', '.', '\n', "'", '\\', '{', 'ä', '網', '😀');
const value = fc.string({ unit: letters, minLength: 1, maxLength: 20 });

describe('many values', () => {
  it('are found in the texts that contain one of them, and in no others', async () => {
    const seen = { true: 0, false: 0 };
    const texts = fc.array(fc.string({ unit: letters, maxLength: 30 }), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 60 }), texts, async (values, texts) => {
        // A text from a value, so that long values are found too.
        const all = [...texts, `a${values[0]}b`];
        const found = await containing(sqlList(all), values);
        const expected = all.map((text) => values.some((each) => text.includes(each)));
        for (const each of expected) seen[`${each}`] += 1;
        expect(found).toEqual(expected);
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(100);
  });

  it('are found behind bytes that are no UTF-8', async () => {
    const texts = `['ok.example', concat(unhex('F0'), 'bad.example'), concat('bad', unhex('E2'), '.example')]`;
    expect(await containing(texts, ['bad.example', 'worse.example'])).toEqual([false, true, false]);
  });

  it('that resemble each other are told apart', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => `host-${index}.of-a-long-name.example`);
    const texts = ['x.host-1999.of-a-long-name.example', 'host-2000.of-a-long-name.example', 'host-7'];
    expect(await containing(sqlList(texts), values)).toEqual([true, false, false]);
  });
});
