import { expect, test } from 'vitest';
import { retainedSince } from './retained-since.ts';

test.each([
  ['2026-01-15T12:00:00Z', 0, '1970-01-01T00:00:00Z'],
  ['2026-01-15T12:00:00Z', 1, '2026-01-14T00:00:00Z'],
  ['2026-01-15T00:00:00Z', 14, '2026-01-01T00:00:00Z'],
  ['2026-01-14T23:59:59Z', 14, '2025-12-31T00:00:00Z'],
])('at %s, %i days are kept since %s', (now, days, since) => {
  expect(retainedSince({ now: () => Date.parse(now), retentionDays: days })).toBe(Date.parse(since));
});
