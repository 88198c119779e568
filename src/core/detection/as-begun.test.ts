import { expect, test } from 'vitest';
import type { AlarmEndpoint } from '../../model/alarm.ts';
import { asBegun } from './as-begun.ts';

const end = (address: string, name: string, events: number): AlarmEndpoint => ({ address, name, events });

const CLIENT = '10.0.0.5';
const SERVER = '192.0.2.9';

test('leaves the ends of requests as they are', () => {
  const sources = [end(CLIENT, 'LAPTOP-5', 2), end('10.0.0.6', '', 1), end('', '203.0.113.1', 1)];
  const destinations = [end(SERVER, 'evil.example', 4)];
  expect(asBegun(sources, destinations)).toEqual({ sources, destinations });
});

test('turns the ends of answers round, with the name of the server', () => {
  expect(asBegun([end(SERVER, CLIENT, 3)], [end(CLIENT, 'evil.example', 3)])).toEqual({
    sources: [end(CLIENT, '', 3)],
    destinations: [end(SERVER, 'evil.example', 3)],
  });
});

test('counts requests and answers of the same two together', () => {
  const sources = [end(SERVER, CLIENT, 3), end(CLIENT, '', 2), end(SERVER, '10.0.0.6', 1)];
  const destinations = [end(CLIENT, 'evil.example', 3), end(SERVER, 'evil.example', 2), end('10.0.0.6', '', 1)];
  expect(asBegun(sources, destinations)).toEqual({
    sources: [end(CLIENT, '', 5), end('10.0.0.6', '', 1)],
    destinations: [end(SERVER, 'evil.example', 5), end(SERVER, '', 1)],
  });
});

test('takes an address that is no destination for the name it is', () => {
  const sources = [end(CLIENT, '203.0.113.10', 1)];
  const destinations = [end(SERVER, '', 1)];
  expect(asBegun(sources, destinations)).toEqual({ sources, destinations });
});
