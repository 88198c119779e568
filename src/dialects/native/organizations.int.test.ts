import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { Body } from '../../../test/body.ts';
import { type NativeApi, openNativeApi } from '../../../test/native-api.ts';

let api: NativeApi;
const PASSWORD = 'correct horse battery';

/** provider over clinic over ward, newcomer beside them, and a manager of each of the first three. */
beforeAll(async () => {
  api = await openNativeApi({ BELFRY_UMBRELLA_RATE_PER_SECOND: '0' });
  for (const [slug, parent] of [['provider'], ['clinic', 'provider'], ['ward', 'clinic'], ['newcomer']]) {
    expect((await call('POST', '/organizations', { body: { slug, name: `The ${slug}`, parent } })).status).toBe(201);
  }
  for (const organization of ['provider', 'clinic', 'ward', 'newcomer']) await addUser(organization, 'manager');
  await addUser('provider', 'viewer');
});

afterAll(() => api?.close());

const call: NativeApi['call'] = (...args) => api.call(...args);

async function addUser(organization: string, role: string): Promise<void> {
  const email = `${role}@${organization}.example`;
  const body = { email, name: role, role, organization, password: PASSWORD };
  expect((await call('POST', '/users', { body })).status).toBe(201);
}

const as = (organization: string, role = 'manager') => basicAuth(`${role}@${organization}.example`, PASSWORD);

describe('settings', () => {
  const LIMIT = 'securityActivityLimit';
  const place = (slug: string, name = LIMIT) => `/organizations/${slug}/settings/${name}`;
  const put = (slug: string, value: unknown, by?: string) =>
    call('PUT', place(slug), { body: { value } as object, ...(by !== undefined && { as: by }) });
  const inForce = async (slug: string) => {
    const { value, from } = (await call('GET', place(slug))).body;
    return [value, from];
  };

  it('have defaults, and are told with what they are', async () => {
    const { body } = await call('GET', '/organizations/ward/settings', { as: as('ward') });
    expect(body.data).toEqual([
      { name: LIMIT, value: 500, from: 'default', default: 500, description: expect.stringContaining('v1') },
    ]);
    expect((await call('GET', place('ward'))).body).toEqual(body.data[0]);
  });

  it('hold below as well, until one nearer says otherwise', async () => {
    expect((await put('provider', 2000)).body).toMatchObject({ value: 2000, from: 'organization' });
    expect(await inForce('ward')).toEqual([2000, 'above']);
    expect((await put('clinic', 3000, as('provider'))).body).toMatchObject({ value: 3000, from: 'organization' });
    expect([await inForce('provider'), await inForce('ward'), await inForce('newcomer')]).toEqual([
      [2000, 'organization'],
      [3000, 'above'],
      [500, 'default'],
    ]);
    expect((await call('DELETE', place('clinic'), { as: as('provider') })).body).toMatchObject({
      value: 2000,
      from: 'above',
    });
    expect((await call('DELETE', place('provider'))).body).toMatchObject({ value: 500, from: 'default' });
  });

  it('are changed from above alone, by those who manage', async () => {
    const attempts = async (slug: string, by: string) => [
      (await put(slug, 7, by)).status,
      (await call('DELETE', place(slug), { as: by })).status,
    ];
    expect(await attempts('clinic', as('clinic'))).toEqual([403, 403]);
    expect(await attempts('provider', as('clinic'))).toEqual([404, 404]);
    expect(await attempts('clinic', as('provider', 'viewer'))).toEqual([403, 403]);
    expect(await attempts('newcomer', as('provider'))).toEqual([404, 404]);
    expect(await attempts('ward', as('clinic'))).toEqual([200, 200]);
  });

  it('take what they can be, and are known by name', async () => {
    for (const value of [0, 100_001, 1.5, '500', true]) {
      const { status, body } = await put('ward', value);
      expect([status, body.error.faults]).toEqual([
        400,
        [{ where: 'value', value: JSON.stringify(value), message: expect.stringContaining(LIMIT) }],
      ]);
    }
    for (const body of [{}, { value: null }, { value: [1] }, { value: 1, more: 1 }]) {
      expect((await call('PUT', place('ward'), { body })).status).toBe(400);
    }
    expect((await put('ward', 100_000)).status).toBe(200);
    expect((await call('DELETE', place('ward'))).status).toBe(200);
    const { status, body } = await call('GET', place('ward', 'securityActivityLimits'));
    expect([status, body.error.message]).toEqual([404, expect.stringContaining(`did you mean ${LIMIT}?`)]);
    expect((await call('GET', place('ward', 'constructor'))).status).toBe(404);
  });

  it('are taken back by clients that say JSON of an empty body, and need one to be set', async () => {
    const headers = { authorization: api.operator, 'content-type': 'application/json' };
    const send = (method: string) => fetch(`${api.belfry.address}/belfry/v1${place('ward')}`, { method, headers });
    expect((await send('DELETE')).status).toBe(200);
    expect((await send('PUT')).status).toBe(400);
  });

  it('say which methods they have', async () => {
    const { status, headers } = await call('PATCH', place('ward'), { body: {} });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT, DELETE']);
  });
});

describe('moving an organization', () => {
  const move = (slug: string, parent: string | null, by?: string) =>
    call('POST', `/organizations/${slug}/move`, { body: { parent }, ...(by !== undefined && { as: by }) });

  it('needs reach of both ends, and the operator for the top', async () => {
    expect((await move('clinic', 'newcomer', as('provider'))).status).toBe(404);
    expect((await move('newcomer', 'provider', as('provider'))).status).toBe(404);
    expect((await move('clinic', null, as('provider'))).status).toBe(403);
    expect((await move('clinic', 'ward', as('clinic'))).status).toBe(403);
    expect((await move('ward', 'provider', as('provider', 'viewer'))).status).toBe(403);
    expect((await move('clinic', 'ward')).body.error.faults).toEqual([
      { where: 'parent', value: 'ward', message: expect.stringContaining('under itself') },
    ]);
    expect((await call('POST', '/organizations/ward/move', { body: {} })).body.error.faults).toEqual([
      { where: 'parent', message: 'is missing' },
    ]);
    expect((await move('ward', 'provider', as('provider'))).body).toMatchObject({ slug: 'ward', parent: 'provider' });
    expect((await move('ward', 'clinic', as('provider'))).body).toMatchObject({ parent: 'clinic' });
  });

  it('ends at once what the old parent could reach, tokens that live included, and opens it to the new one', async () => {
    const clinic = (await call('GET', '/organizations/clinic')).body.id;
    const ward = (await call('GET', '/organizations/ward')).body.id;
    const clients = {
      provider: await makeClient('provider'),
      newcomer: await makeClient('newcomer'),
      clinic: await makeClient('clinic'),
    };
    const before = {
      old: await token(clients.provider),
      oldForChild: await token(clients.provider, clinic),
      oldForGrandchild: await token(clients.provider, ward),
      next: await token(clients.newcomer),
      own: await token(clients.clinic),
    };
    const naming = (number: number) => ({ 'x-umbrella-orgid': String(number) });
    const reach = async () => ({
      old: await use(before.old),
      oldNamingChild: await use(before.old, naming(clinic)),
      oldForChild: await use(before.oldForChild),
      oldForGrandchild: await use(before.oldForGrandchild),
      nextNamingChild: await use(before.next, naming(clinic)),
      nextNamingGrandchild: await use(before.next, naming(ward)),
      own: await use(before.own),
      ownNamingChild: await use(before.own, naming(ward)),
      oldManager: (await call('GET', '/organizations/ward', { as: as('provider') })).status,
      newManager: (await call('GET', '/organizations/ward', { as: as('newcomer') })).status,
    });
    const stays = { old: 200, own: 200, ownNamingChild: 200 };
    const withOld = { ...stays, oldNamingChild: 200, oldForChild: 200, oldForGrandchild: 200, oldManager: 200 };
    expect(await reach()).toEqual({ ...withOld, nextNamingChild: 403, nextNamingGrandchild: 403, newManager: 404 });

    expect((await move('clinic', 'newcomer')).body).toMatchObject({ slug: 'clinic', parent: 'newcomer' });
    const withNext = { ...stays, nextNamingChild: 200, nextNamingGrandchild: 200, newManager: 200 };
    expect(await reach()).toEqual({
      ...withNext,
      oldNamingChild: 403,
      oldForChild: 401,
      oldForGrandchild: 401,
      oldManager: 404,
    });
    expect(await use(await token(clients.newcomer, clinic))).toBe(200);

    expect((await move('clinic', null)).body.parent).toBeNull();
    expect(await reach()).toEqual({
      ...stays,
      oldNamingChild: 403,
      oldForChild: 401,
      oldForGrandchild: 401,
      nextNamingChild: 403,
      nextNamingGrandchild: 403,
      oldManager: 404,
      newManager: 404,
    });
  });

  async function makeClient(organization: string): Promise<Body> {
    return (await call('POST', '/clients', { body: { organization, name: 'script' } })).body;
  }

  /** @param number the organization the token is for; the client's own where absent */
  async function token({ clientId, clientSecret }: Body, number?: number): Promise<string> {
    const authorization = basicAuth(clientId, clientSecret);
    const headers = { authorization, ...(number !== undefined && { 'x-umbrella-orgid': String(number) }) };
    const answer = await fetch(`${api.belfry.address}/auth/v2/token`, { method: 'POST', headers });
    return ((await answer.json()) as Body).access_token;
  }

  async function use(accessToken: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const url = `${api.belfry.address}/reports/v2/categories`;
    return (await fetch(url, { headers: { ...headers, authorization: `Bearer ${accessToken}` } })).status;
  }
});
