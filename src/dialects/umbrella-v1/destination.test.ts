import { describe, expect, test } from 'vitest';
import { parseDestination } from './destination.ts';

describe('a destination is stored as', () => {
  test.each([
    ['example.com', 'example.com'],
    ['WWW.Example.COM', 'www.example.com'],
    ['example.com.', 'example.com'],
    ['localhost', 'localhost'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.Example.', 'xn--bcher-kva.example'],
    ['例え。jp', 'xn--r8jz45g.jp'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['XN--A.example', 'xn--a.example'],
    ['192.0.2.1.example.com', '192.0.2.1.example.com'],
    ['dead.beef', 'dead.beef'],
  ])('the name of %s: %s', (given, text) => {
    expect(parseDestination(given)).toEqual({ kind: 'name', text });
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:0db8::0001]', '2001:db8::1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['[192.0.2.1]', '192.0.2.1'],
  ])('the address of %s: %s', (given, text) => {
    expect(parseDestination(given)).toEqual({ kind: 'address', text });
  });
});

test.each([
  ['', 'must not be empty'],
  ['  ', 'must not be empty'],
  ['exa mple.com', 'must not hold blanks'],
  [' example.com', 'must not hold blanks'],
  ['example.com\0', 'must not hold blanks or control characters'],
  ['https://example.com', 'without a scheme'],
  ['HTTPS:/example.com', 'without a scheme'],
  ['example.com/', 'without a path'],
  ['example.com/a', 'without a path'],
  ['ä/b', 'without a path'],
  ['example.com?x=1', 'without a path'],
  ['user:password@example.com', 'without a user name'],
  ['*.example.com', 'without *'],
  ['example.com:443', 'without a port'],
  ['192.0.2.1:53', 'without a port'],
  ['[2001:db8::1]:443', 'without a port'],
  ['[example.com]', 'is no domain and no address'],
  ['2001:db8::1::2', 'is no domain and no address'],
  ['[2001:db8::1', 'is no domain and no address'],
  ['.', 'is no domain and no address'],
  ['a..b', 'is no domain and no address'],
  ['.example.com', 'is no domain and no address'],
  ['example.com..', 'is no domain and no address'],
  ['a,b', 'is no domain and no address'],
  ["' OR 1=1", 'must not hold blanks'],
  ["'OR'1'='1", 'is no domain and no address'],
  ['a%41.com', 'is no domain and no address'],
  ['192.0.2', 'is no address'],
  ['192.0.2.256', 'is no address'],
  ['010.0.0.1', 'is no address'],
  ['3221225985', 'is no address'],
  ['0x7f.1', 'is no address'],
  [`${'a'.repeat(250)}.com`, 'is longer than 253 characters'],
])('%j is refused: %s', (given, fault) => {
  expect(() => parseDestination(given)).toThrow(fault);
});
