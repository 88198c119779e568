import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NativeApi, openNativeApi } from '../../../test/native-api.ts';

let api: NativeApi;

beforeAll(async () => {
  api = await openNativeApi({ BELFRY_DEMO: '0' });
  await api.call('POST', '/organizations', { body: { slug: 'acme', name: 'Acme' } });
}, 60_000);

afterAll(() => api?.close());

const create = (body: object) =>
  api.call('POST', '/clients', { body: { organization: 'acme', name: 'sdk', api: 'clumio', ...body } });

async function statusWith(token: string, path = '/', method = 'GET'): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${api.belfry.address}${path}`, { method, headers })).status;
}

test('a client of this surface comes with its token, and a new secret with a new one', async () => {
  const { status, body } = await create({});
  expect(status).toBe(201);
  expect(await statusWith(body.token)).toBe(200);
  const reset = await api.call('POST', `/clients/${body.clientId}/reset-secret`);
  expect([await statusWith(body.token), await statusWith(reset.body.token)]).toEqual([401, 200]);
  await api.call('DELETE', `/clients/${body.clientId}`);
  expect(await statusWith(reset.body.token)).toBe(401);
});

test('a client of another surface has none', async () => {
  expect((await create({ api: 'umbrella-reporting-v2' })).body).not.toHaveProperty('token');
  expect((await create({ api: null })).body).not.toHaveProperty('token');
});

test('a role limits what the token may do', async () => {
  const { body } = await create({ role: 'reporting_admin' });
  expect(body.scopes).toEqual(['reporting_admin']);
  const unit = '/organizational-units/11111111-1111-4111-8111-111111111111';
  expect([await statusWith(body.token, '/audit-trails'), await statusWith(body.token, unit, 'DELETE')]).toEqual([
    200, 403,
  ]);
});

test('a day or instant of expiry is kept and told', async () => {
  const day = await create({ expiresAt: '2199-01-31' });
  expect(day.body.expiresAt).toBe('2199-01-31T00:00:00.000Z');
  const instant = await create({ expiresAt: '2199-01-31T12:00:00+02:00' });
  expect(instant.body.expiresAt).toBe('2199-01-31T10:00:00.000Z');
});

test('what makes no sense is refused, and said where', async () => {
  await api.call('POST', '/users', {
    body: { email: 'ann@example.com', name: 'Ann', role: 'viewer', organization: 'acme' },
  });
  for (const [body, where] of [
    [{ role: 'king' }, 'role'],
    [{ role: 'super_admin', api: 'umbrella-reporting-v2' }, 'role'],
    [{ role: 'super_admin', owner: 'ann@example.com' }, 'role'],
    [{ scopes: ['super_admin'] }, 'scopes'],
    [{ expiresAt: '2020-01-01' }, 'expiresAt'],
    [{ expiresAt: 'soon' }, 'expiresAt'],
  ] as const) {
    const answer = await create(body);
    expect([answer.status, answer.body.error.faults[0]?.where], JSON.stringify(body)).toEqual([400, where]);
  }
});
