import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('no lane has two turns while another one that waits has none', () => {
  const step = fc.oneof(fc.record({ lane: fc.constantFrom('a', 'b', 'c', 'd') }), fc.constant('shift' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const turns = new Turns<string, { lane: string; number: number }>();
      const waiting = new Map<string, number[]>();
      /** Lanes served since a lane that waits had its last turn, or began to wait. */
      const servedSince = new Map<string, string[]>();
      for (const [number, taken] of steps.entries()) {
        if (taken !== 'shift') {
          const { lane } = taken;
          turns.push(lane, { lane, number });
          waiting.set(lane, [...(waiting.get(lane) ?? []), number]);
          if (!servedSince.has(lane)) servedSince.set(lane, []);
          continue;
        }
        const item = turns.shift();
        if (item === undefined) {
          expect([...waiting.values()].flat()).toEqual([]);
          continue;
        }
        const [first, ...rest] = waiting.get(item.lane) ?? [];
        expect(item.number).toBe(first);
        waiting.set(item.lane, rest);
        for (const served of servedSince.values()) served.push(item.lane);
        if (rest.length > 0) servedSince.set(item.lane, []);
        else servedSince.delete(item.lane);
        for (const served of servedSince.values()) expect(new Set(served).size).toBe(served.length);
      }
    }),
  );
});
