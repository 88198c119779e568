import { describe, expect, test } from 'vitest';
import { basicCredentials, bearerToken } from './authorization-header.ts';
import { listItems, rawQuery } from './raw-query.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

describe('basicCredentials', () => {
  test.each([
    [`Basic ${encode('key:secret')}`, { user: 'key', password: 'secret' }],
    [`basic  ${encode('key:se:cret')}`, { user: 'key', password: 'se:cret' }],
    [`BASIC ${encode('kéy:')}`, { user: 'kéy', password: '' }],
  ])('reads %s', (header, expected) => {
    expect(basicCredentials(header)).toEqual(expected);
  });

  test.each([undefined, '', 'Basic', `Basic ${encode('nocolon')}`, 'Basic ??', `Bearer ${encode('a:b')}`])(
    'reads nothing from %s',
    (header) => {
      expect(basicCredentials(header)).toBeUndefined();
    },
  );
});

describe('bearerToken', () => {
  test('reads the scheme in any case', () => {
    expect(bearerToken('Bearer a.b-c_d')).toBe('a.b-c_d');
    expect(bearerToken('bearer  x=')).toBe('x=');
  });

  test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic abc'])('reads nothing from %s', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});

describe('rawQuery', () => {
  test('joins names that differ in case, drops empty values, keeps the order', () => {
    expect([...rawQuery({ Domains: ['a', ''], domains: 'b', ip: ' ', __proto__: { x: 'y' } })]).toEqual([
      ['domains', ['a', 'b']],
    ]);
    expect(rawQuery(undefined).size).toBe(0);
  });

  test('lists are cut at commas and trimmed', () => {
    expect(listItems(['a, b', ',c,,', ' '])).toEqual(['a', 'b', 'c']);
  });
});
