import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneAhead } from './one-ahead.ts';

async function* numbers(count: number, said: string[] = [], failAt = -1) {
  try {
    for (let number = 0; number < count; number += 1) {
      if (number === failAt) throw new Error(`no ${number}`);
      said.push(`made ${number}`);
      yield number;
    }
  } finally {
    said.push('closed');
  }
}

async function all(items: AsyncIterable<number>): Promise<number[]> {
  const seen: number[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

test('hands out every item once, in order', async () => {
  expect(await all(oneAhead(numbers(5)))).toEqual([0, 1, 2, 3, 4]);
  expect(await all(oneAhead(numbers(0)))).toEqual([]);
});

test('makes the next item while one is worked on, and no more', async () => {
  const said: string[] = [];
  for await (const number of oneAhead(numbers(3, said))) {
    await sleep(1);
    said.push(`used ${number}`);
  }
  expect(said).toEqual(['made 0', 'made 1', 'used 0', 'made 2', 'used 1', 'closed', 'used 2']);
});

test('fails where its source does, after what came before', async () => {
  const seen: number[] = [];
  const reading = (async () => {
    for await (const number of oneAhead(numbers(5, [], 2))) {
      await sleep(1);
      seen.push(number);
    }
  })();
  await expect(reading).rejects.toThrow('no 2');
  expect(seen).toEqual([0, 1]);
});

test('closes its source when left early', async () => {
  const said: string[] = [];
  for await (const _ of oneAhead(numbers(5, said))) break;
  expect(said.at(-1)).toBe('closed');
});
