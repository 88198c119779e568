import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { seal, unseal } from './sealing.ts';

const key = randomBytes(32);

test('what was sealed opens with the same key, for the same owner', () => {
  const sealed = seal('geheim, ключ', { key, owner: 'a' });
  expect(sealed).not.toContain('geheim');
  expect(seal('geheim, ключ', { key, owner: 'a' })).not.toBe(sealed);
  expect(unseal(sealed, { key, owner: 'a' })).toBe('geheim, ключ');
});

test('and with no other key, for no other owner, and not when it was altered or cut', () => {
  const sealed = seal('secret', { key, owner: 'a' });
  const altered = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`;
  expect(unseal(sealed, { key: randomBytes(32), owner: 'a' })).toBeUndefined();
  expect(unseal(sealed, { key, owner: 'b' })).toBeUndefined();
  for (const broken of [altered, sealed.slice(0, 30), '', 'x']) {
    expect(unseal(broken, { key, owner: 'a' }), broken).toBeUndefined();
  }
});
