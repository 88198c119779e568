import { expect, test } from 'vitest';
import { driftFault } from './presence.ts';

test.each([0, 5_000, -5_000])('clocks %i ms apart do', (driftMs) => {
  expect(driftFault(driftMs)).toBeUndefined();
});

test('clocks ten minutes apart do not, and which one is ahead is told', () => {
  expect(driftFault(600_000)).toMatch(/600 seconds ahead of the database's/);
  expect(driftFault(-600_000)).toMatch(/600 seconds behind the database's/);
});
