import { expect, it } from 'vitest';
import { closest } from './closest.ts';

it('finds the word a typing error was meant to be', () => {
  expect(closest('prot', ['port', 'host', 'data'])).toBe('port');
  expect(closest('tls_crt', ['tls_key', 'tls_cert'])).toBe('tls_cert');
});

it('stays silent where nothing is near', () => {
  expect(closest('colour', ['port', 'host'])).toBeUndefined();
  expect(closest('x', [])).toBeUndefined();
});

it('prefers the exact word', () => {
  expect(closest('port', ['ports', 'port'])).toBe('port');
});
