import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';

const take = (seed: number | string, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

test('the same seed repeats, another seed does not', () => {
  expect(take(7, 20)).toEqual(take(7, 20));
  expect(take(7, 20)).not.toEqual(take(8, 20));
  expect(take('7/a', 20)).not.toEqual(take('7/b', 20));
});

test('numbers spread evenly over [0, 1)', () => {
  const buckets = new Array<number>(10).fill(0);
  for (const value of take(1, 100_000)) {
    const bucket = Math.floor(value * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(buckets).toHaveLength(10);
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('integers keep their bounds and reach them', () => {
  const random = seededRandom(3);
  const seen = new Set(Array.from({ length: 500 }, () => random.between(2, 5)));
  expect([...seen].sort()).toEqual([2, 3, 4, 5]);
});

test('a lower rank is more likely', () => {
  const random = seededRandom(4);
  const counts = new Map<number, number>();
  for (let i = 0; i < 50_000; i++) {
    const rank = random.zipf(1000);
    counts.set(rank, (counts.get(rank) ?? 0) + 1);
  }
  const of = (rank: number) => counts.get(rank) ?? 0;
  expect(of(0) / of(1)).toBeGreaterThan(1.4);
  expect(of(0)).toBeGreaterThan(20 * of(99));
  expect(Math.min(...counts.keys())).toBe(0);
  expect(Math.max(...counts.keys())).toBeLessThan(1000);
});

test('hex has the length asked for', () => {
  expect(seededRandom(5).hex(13)).toMatch(/^[0-9a-f]{13}$/);
});

test('picking from nothing is an error', () => {
  expect(() => seededRandom(6).pick([])).toThrow(RangeError);
});
