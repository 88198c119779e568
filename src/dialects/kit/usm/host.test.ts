import { expect, test } from 'vitest';
import { originOf } from './host.ts';

test.each([
  [null, 'office.example:8443', 'http://office.example:8443'],
  ['https://reports.example.net', 'office.example:8443', 'https://office.example:8443'],
  ['https://reports.example.net/belfry', 'Office.example', 'https://Office.example/belfry'],
  ['https://reports.example.net/belfry', 'elsewhere.example', 'https://reports.example.net/belfry'],
])('with the public address %s, an organization that was asked at %s is found at %s', (publicUrl, host, origin) => {
  const request = { host, hostname: host.replace(/:\d+$/, ''), protocol: 'http' as const };
  expect(originOf(request, publicUrl, 'office')).toBe(origin);
});
