import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

describe('a fair queue', () => {
  it('serves lanes in turns and each lane in order', () => {
    const queue = new FairQueue<string>(10);
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item.charAt(0), item);
    const served = Array.from({ length: 7 }, () => queue.shift());
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
  });

  it('drops the newest item of the longest lane when it is full', () => {
    const queue = new FairQueue<string>(3);
    for (const item of ['a1', 'a2', 'a3']) expect(queue.push('a', item)).toBeUndefined();
    expect(queue.push('a', 'a4')).toBe('a4');
    expect(queue.push('b', 'b1')).toBe('a3');
    expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual(['a1', 'b1', 'a2', undefined]);
  });

  it('never drops the only item of a lane while another lane has several', () => {
    const pushes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 200 });
    fc.assert(
      fc.property(pushes, (lanes) => {
        const queue = new FairQueue<number>(10);
        const waiting = new Map<number, number>();
        for (const lane of lanes) {
          waiting.set(lane, (waiting.get(lane) ?? 0) + 1);
          const dropped = queue.push(String(lane), lane);
          if (dropped === undefined) continue;
          expect(waiting.get(dropped)).toBe(Math.max(...waiting.values()));
          waiting.set(dropped, (waiting.get(dropped) ?? 0) - 1);
        }
        expect(queue.size).toBe(Math.min(10, lanes.length));
      }),
    );
  });
});
