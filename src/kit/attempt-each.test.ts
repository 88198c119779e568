import { expect, test } from 'vitest';
import { attemptEach } from './attempt-each.ts';

async function attempt(bad: readonly number[]): Promise<{ done: number[]; error: unknown }> {
  const done: number[] = [];
  const error = await attemptEach([1, 2, 3, 4], async (item) => {
    if (bad.includes(item)) throw new Error(`no ${item}`);
    done.push(item);
  }).catch((thrown: unknown) => thrown);
  return { done, error };
}

test('a failure keeps no other item from being worked on, and is thrown at the end', async () => {
  expect(await attempt([])).toEqual({ done: [1, 2, 3, 4], error: undefined });
  expect(await attempt([1])).toEqual({ done: [2, 3, 4], error: new Error('no 1') });
  expect(await attempt([1, 3])).toEqual({
    done: [2, 4],
    error: expect.objectContaining({
      message: 'no 1; no 3',
      errors: [expect.objectContaining({ message: 'no 1' }), expect.objectContaining({ message: 'no 3' })],
    }),
  });
});
