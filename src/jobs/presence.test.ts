import { expect, test } from 'vitest';
import { driftFault, silenceFault } from './presence.ts';

test.each([0, 5_000, -5_000])('clocks %i ms apart do', (driftMs) => {
  expect(driftFault(driftMs)).toBeUndefined();
});

test('clocks ten minutes apart do not, and which one is ahead is told', () => {
  expect(driftFault(600_000)).toMatch(/600 seconds ahead of the database's/);
  expect(driftFault(-600_000)).toMatch(/600 seconds behind the database's/);
});

test('a process stops working before others take it for gone', () => {
  expect(silenceFault(15_000)).toBeUndefined();
  expect(silenceFault(25_000)).toBe('this process could not write to the control database for 25 seconds');
});
