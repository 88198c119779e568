import { expect, test } from 'vitest';
import { sensorId } from './sensor-id.ts';

test('is the version 5 UUID of the format in the organization', () => {
  // The DNS namespace and name of RFC 9562, appendix A.4.
  const organization = { uuid: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' };
  expect(sensorId(organization, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});
