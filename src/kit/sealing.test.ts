import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKey, seal, unseal } from './sealing.ts';

const SECRET = new Uint8Array(32).fill(7);
const sealing = { key: deriveKey(SECRET, 'a test'), about: 'one' };

test('bytes are read as they were sealed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plain, about) => {
      const text = seal(plain, { ...sealing, about });
      expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(unseal(text, { ...sealing, about })).toEqual(Buffer.from(plain));
    }),
  );
});

test('the same bytes are another text each time, and none of it shows them', () => {
  const plain = Buffer.from('as plain as it can be');
  const texts = [1, 2].map(() => seal(plain, sealing));
  expect(new Set(texts).size).toBe(2);
  for (const text of texts) expect(Buffer.from(text, 'base64url').includes(plain)).toBe(false);
});

test('nothing opens with another key, for another purpose, about something else, altered, cut or spelt otherwise', () => {
  const text = seal(Buffer.from([1, 2]), sealing);
  expect(unseal(text, { ...sealing, about: 'two' })).toBeUndefined();
  expect(unseal(text, { ...sealing, key: deriveKey(SECRET, 'another test') })).toBeUndefined();
  expect(unseal(text, { ...sealing, key: deriveKey(new Uint8Array(32), 'a test') })).toBeUndefined();
  const bytes = Buffer.from(text, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))).toString('base64url');
    expect(unseal(altered, sealing)).toBeUndefined();
  }
  const others = ['', 'x', text.slice(1), text.slice(0, -4), `${text}AAAA`, `${text}=`, `${text} `, 'x'.repeat(10_000)];
  for (const other of others) expect(unseal(other, sealing)).toBeUndefined();
});
