import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventId, eventNumber } from './event-id.ts';

test('an event is found again by its id', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seq, row) => {
      const id = eventId({ seq, row });
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(eventNumber(id)).toEqual({ seq, row });
      expect(eventNumber(id.toUpperCase())).toEqual({ seq, row });
    }),
  );
});

test.each([
  '',
  'x',
  '00000000-0001-4000-8000-000000000001',
  '00000000-0001-8000-8000-000100000001',
  '1'.repeat(10_000),
])('no event has the id %s', (id) => {
  expect(eventNumber(id)).toBeUndefined();
});
