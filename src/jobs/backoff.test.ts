import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it('doubles from a second to ten minutes', () => {
    expect([1, 2, 3, 10, 11, 1000].map((attempt) => backoffMs(attempt, 0))).toEqual([
      1_000, 2_000, 4_000, 512_000, 600_000, 600_000,
    ]);
  });

  it('is less by chance, by half at most', () => {
    expect(backoffMs(3, 0.5)).toBe(3_000);
    expect(backoffMs(3, 1)).toBe(2_000);
  });
});
