import { describe, expect, test } from 'vitest';
import { negotiateVersion } from './media-types.ts';

const units = (accept: string | undefined) => negotiateVersion(accept, 'organizational-units', 2);

describe('the version of a resource', () => {
  test.each([
    [undefined, 2],
    ['', 2],
    ['*/*', 2],
    ['application/*', 2],
    ['application/json', 2],
    ['text/csv', 2],
    ['application/api.clumio.organizational-units=v1+json', 1],
    ['application/api.clumio.organizational-units=v2+json', 2],
    ['Application/API.Clumio.Organizational-Units=V1+JSON', 1],
    ['application/api.clumio.*=v1+json', 1],
    ['application/api.clumio.\\*=v1+json', 1],
    ['application/api.clumio.*=v7+json', 2],
    ['application/api.clumio.*=v2&organizational-units=v1+json', 1],
    ['application/api.clumio.organizational-units=v1&*=v2&tasks=v1+json', 1],
    ['application/api.clumio.*=v1&users=v3&tasks=v1+json', 1],
    ['application/api.clumio.users=v3+json', 2],
    ['text/html, application/api.clumio.organizational-units=v1+json;q=0.9', 1],
  ])('asked for as %s is %i', (accept, version) => {
    expect(units(accept)).toBe(version);
  });

  test.each([
    'application/api.clumio.organizational-units=v3+json',
    'application/api.clumio.organizational-units=v0+json',
    'application/api.clumio.*=v2&organizational-units=v9+json',
    'application/api.clumio.organizational-units+json',
    'application/api.clumio.=v1+json',
  ])('asked for as %s is refused', (accept) => {
    expect(() => units(accept)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});
