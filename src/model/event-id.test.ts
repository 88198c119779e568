import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventIds } from './event-id.ts';

const key = new Uint8Array(32).fill(7);
const ids = eventIds(key);
const numbers = fc.record({ seq: fc.nat({ max: 2 ** 48 - 1 }), row: fc.nat({ max: 2 ** 32 - 1 }) });
const edges = [
  { seq: 0, row: 0 },
  { seq: 0, row: 2 ** 32 - 1 },
  { seq: 2 ** 48 - 1, row: 0 },
  { seq: 2 ** 48 - 1, row: 2 ** 32 - 1 },
];

test('an event is found again by its id, with the same key', () => {
  fc.assert(
    fc.property(numbers, (number) => {
      const id = ids.idOf(number);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(eventIds(key).numberOf(id)).toEqual(number);
      expect(ids.numberOf(id.toUpperCase())).toEqual(number);
    }),
    { examples: edges.map((edge) => [edge]) },
  );
});

test('an id stays what it was when the program changes', () => {
  expect(ids.idOf({ seq: 1, row: 0 })).toBe('db17f7eb-17f1-8188-90b8-fe322ffb68fb');
});

test('two events have two ids', () => {
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      fc.pre(one.seq !== other.seq || one.row !== other.row);
      expect(ids.idOf(one)).not.toBe(ids.idOf(other));
    }),
  );
});

test('ids of neighbours have about half of their bits in common, wherever they are', () => {
  const count = 2000;
  const bits = Array.from({ length: count }, (_, index) => binary(ids.idOf({ seq: 1, row: index })));
  const next = Array.from({ length: count }, (_, index) => binary(ids.idOf({ seq: 2, row: index })));
  const shares = Array.from({ length: 128 }, (_, bit) => ({
    set: bits.filter((text) => text[bit] === '1').length / count,
    ofRows: bits.filter((text, index) => text[bit] === bits[index ^ 1]?.[bit]).length / count,
    ofBatches: bits.filter((text, index) => text[bit] === next[index]?.[bit]).length / count,
  }));
  const fixed = shares.filter(({ set }) => set === 0 || set === 1);
  expect(fixed).toHaveLength(6);
  for (const share of shares.filter((each) => !fixed.includes(each))) {
    for (const value of Object.values(share)) expect(Math.abs(value - 0.5)).toBeLessThan(0.1);
  }
});

test('another key makes other ids, and finds nothing by these', () => {
  const others = eventIds(new Uint8Array(32).fill(8));
  for (const edge of edges) {
    expect(others.idOf(edge)).not.toBe(ids.idOf(edge));
    expect(others.numberOf(ids.idOf(edge))).toBeUndefined();
  }
});

test('an id that was made up names no event', () => {
  for (let times = 0; times < 1000; times += 1) {
    const hex = randomBytes(16).toString('hex');
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    expect(ids.numberOf(id)).toBeUndefined();
  }
});

test.each([
  '',
  'x',
  'db17f7eb-17f1-4188-90b8-fe322ffb68fb',
  'db17f7eb-17f1-8188-d0b8-fe322ffb68fb',
  'db17f7eb-17f1-8188-90b8-fe322ffb68fb ',
  'db17f7eb17f1818890b8fe322ffb68fb',
  '1'.repeat(10_000),
])('no event has the id %s', (id) => {
  expect(ids.numberOf(id)).toBeUndefined();
});

function binary(id: string): string {
  return [...id.replaceAll('-', '')].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
}
