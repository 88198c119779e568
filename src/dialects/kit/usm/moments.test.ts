import { expect, test } from 'vitest';
import { deriveMomentKey, sealedMoments } from './moments.ts';

const key = deriveMomentKey(new Uint8Array(32));
const moments = sealedMoments(key, 'alarms of one');

test.each([0, 1, 4_294_967_296, Number.MAX_SAFE_INTEGER])('moment %i is read as it was written', (moment) => {
  expect(moments.read(moments.write(moment))).toBe(moment);
});

test('a moment cannot be read, compared, altered or taken to another list', () => {
  const text = moments.write(77);
  expect(text).not.toBe(moments.write(77));
  const bytes = Buffer.from(text, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))).toString('base64url');
    expect(() => moments.read(altered)).toThrowError(/not of this list/);
  }
  for (const other of ['', '77', '-1', text.slice(1), `${text}AAAA`, 'x'.repeat(10_000)]) {
    expect(() => moments.read(other)).toThrowError(/not of this list/);
  }
  expect(() => sealedMoments(key, 'alarms of another').read(text)).toThrowError(/not of this list/);
  expect(() => sealedMoments(deriveMomentKey(new Uint8Array(33)), 'alarms of one').read(text)).toThrowError();
});
