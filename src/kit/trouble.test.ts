import { expect, test } from 'vitest';
import { createTrouble } from './trouble.ts';

/** What is logged of a trouble, and the clock by which it is. */
function watch() {
  const told: unknown[] = [];
  const clock = { ms: 0 };
  const note = (fields: object, message: string) => told.push([message, 'failures' in fields && fields.failures]);
  return { told, clock, trouble: createTrouble({ warn: note, error: note }, 'cannot look', () => clock.ms) };
}

test('a trouble is told when it begins, now and then while it lasts, and when it is over', () => {
  const { told, clock, trouble } = watch();
  trouble.passed();
  for (; clock.ms < 3_600_000; clock.ms += 500) trouble.failed(new Error('gone'));
  expect(told.length).toBe(12);
  expect(told.slice(0, 2)).toEqual([
    ['cannot look', 1],
    ['cannot look', 601],
  ]);
  trouble.passed();
  trouble.passed();
  expect(told.slice(12)).toEqual([['cannot look: that is over', 7200]]);
  trouble.failed(new Error('gone'));
  expect(told.slice(13)).toEqual([['cannot look', 1]]);
});

test('another trouble is told soon, two that alternate are not told each time', () => {
  const { told, clock, trouble } = watch();
  trouble.failed(new Error('gone'));
  clock.ms = 10_000;
  trouble.failed(new Error('full'));
  expect(told).toHaveLength(2);
  for (; clock.ms < 20_000; clock.ms += 500) trouble.failed(new Error(clock.ms % 1000 === 0 ? 'gone' : 'full'));
  expect(told).toHaveLength(2);
});
