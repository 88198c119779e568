import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Input } from './input.ts';

test('gives every byte in order, in windows as long as asked for, whatever the chunks and however little is taken', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 300_000 }), { maxLength: 8 });
  const steps = fc.array(fc.nat({ max: 200_000 }), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(chunks, steps, fc.integer({ min: 1, max: 250_000 }), async (parts, takes, size) => {
      const all = Buffer.concat(parts);
      const input = new Input(
        (async function* () {
          for (const part of parts) yield Buffer.from(part);
        })(),
      );
      let at = 0;
      for (let round = 0; at < all.length; round += 1) {
        const window = await input.window(size);
        expect(window.length).toBeGreaterThanOrEqual(Math.min(size, all.length - at));
        expect(window.equals(all.subarray(at, at + window.length))).toBe(true);
        const taken = Math.min((takes[round % takes.length] ?? 0) + 1, window.length);
        input.take(taken);
        at += taken;
      }
      expect(await input.window(1)).toHaveLength(0);
      expect(input.ended).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('keeps to the same memory when little is taken at a time', async () => {
  const megabyte = 2 ** 20;
  const input = new Input(
    (async function* () {
      for (let round = 0; round < 8; round += 1) yield Buffer.alloc(megabyte, round);
    })(),
  );
  const seen = new Set<ArrayBufferLike>();
  for (let window = await input.window(megabyte); window.length > 0; window = await input.window(megabyte)) {
    seen.add(window.buffer);
    input.take(1024);
  }
  expect(seen.size).toBeLessThanOrEqual(3);
});
