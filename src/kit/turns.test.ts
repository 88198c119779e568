import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('no lane has two turns while another one that waits has none', () => {
  const step = fc.oneof(fc.record({ lane: fc.constantFrom('a', 'b', 'c', 'd') }), fc.constant('shift' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const line = new CheckedTurns();
      for (const [number, taken] of steps.entries()) {
        if (taken === 'shift') line.shift();
        else line.push(taken.lane, number);
      }
    }),
  );
});

/** Turns beside the plainest account of who waits and who was served since. */
class CheckedTurns {
  readonly #turns = new Turns<string, { lane: string; number: number }>();
  readonly #waiting = new Map<string, number[]>();
  /** Lanes served since a lane that waits had its last turn, or began to wait. */
  readonly #servedSince = new Map<string, string[]>();

  push(lane: string, number: number): void {
    this.#turns.push(lane, { lane, number });
    this.#waiting.set(lane, [...(this.#waiting.get(lane) ?? []), number]);
    if (!this.#servedSince.has(lane)) this.#servedSince.set(lane, []);
  }

  shift(): void {
    const item = this.#turns.shift();
    if (item === undefined) {
      expect([...this.#waiting.values()].flat()).toEqual([]);
      return;
    }
    const [first, ...rest] = this.#waiting.get(item.lane) ?? [];
    expect(item.number).toBe(first);
    this.#waiting.set(item.lane, rest);
    for (const served of this.#servedSince.values()) served.push(item.lane);
    if (rest.length > 0) this.#servedSince.set(item.lane, []);
    else this.#servedSince.delete(item.lane);
    for (const served of this.#servedSince.values()) expect(new Set(served).size).toBe(served.length);
  }
}
