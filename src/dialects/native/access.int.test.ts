import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { Body } from '../../../test/body.ts';
import { type NativeApi, openNativeApi, zeekLog } from '../../../test/native-api.ts';

let api: NativeApi;

beforeAll(async () => {
  api = await openNativeApi();
  for (const [slug, parent] of [['provider'], ['clinic', 'provider'], ['rival']]) await makeOrganization(slug, parent);
  for (const role of ['manager', 'analyst', 'viewer']) {
    const body = { email: `${role}@clinic.example`, name: role, role, organization: 'clinic', password: PASSWORD };
    expect((await call('POST', '/users', { body })).status).toBe(201);
  }
});

afterAll(() => api?.close());

const call: NativeApi['call'] = (...args) => api.call(...args);

const PASSWORD = 'correct horse battery';

async function makeOrganization(slug: string | undefined, parent?: string) {
  const { status, body } = await call('POST', '/organizations', { body: { slug, name: `The ${slug}`, parent } });
  expect(status).toBe(201);
  return body;
}

function basic(role: string, password = PASSWORD): string {
  return basicAuth(`${role}@clinic.example`, password);
}

describe('credentials', () => {
  it('are needed on every path below the prefix that there is', async () => {
    for (const path of [
      '/status',
      '/organizations',
      '/users',
      '/clients',
      '/audit/verify',
      '/organizations/clinic/health',
    ]) {
      const { status, headers, body } = await call('GET', path, { as: null });
      expect([path, status]).toEqual([path, 401]);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="belfry"');
      expect(body.error).toMatchObject({ code: 'unauthenticated', requestId: headers.get('x-request-id') });
    }
  });

  it('that are wrong are refused alike, whoever they are for', async () => {
    const wrong = [basic('manager', 'not the password'), basic('nobody'), `Bearer ${'0'.repeat(64)}`, 'Basic ???'];
    for (const as of wrong) expect((await call('GET', '/status', { as })).status).toBe(401);
    const [known, unknown] = [
      await call('GET', '/status', { as: wrong[0] ?? '' }),
      await call('GET', '/status', { as: wrong[1] ?? '' }),
    ];
    expect(known.body.error.message).toBe(unknown.body.error.message);
  });

  it('say who the caller is', async () => {
    expect((await call('GET', '/status')).body.caller).toMatchObject({ type: 'operator', organization: null });
    const { body } = await call('GET', '/status', { as: basic('viewer') });
    expect(body.caller).toMatchObject({ type: 'user', label: 'viewer@clinic.example', organization: 'clinic' });
    expect(body.caller.permissions).not.toContain('ingest');
  });
});

describe('people', () => {
  it('see their organization and what is below, and nothing of the others', async () => {
    await makeOrganization('ward', 'clinic');
    const as = basic('viewer');
    const { body } = await call('GET', '/organizations', { as });
    expect(body.data.map((row: Body) => [row.slug, row.parent])).toEqual([
      ['clinic', null],
      ['ward', 'clinic'],
    ]);
    const foreign = await call('GET', '/organizations/rival', { as });
    const absent = await call('GET', '/organizations/nowhere', { as });
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(foreign.body.error.message.replace('rival', 'nowhere')).toBe(absent.body.error.message);
    expect((await call('GET', '/organizations/clinic', { as })).body.parent).toBeNull();
  });

  it('may do what their role says', async () => {
    const newClient = { organization: 'clinic', name: 'script' };
    const attempts = async (role: string) => [
      (await call('POST', '/clients', { as: basic(role), body: newClient })).status,
      (await call('GET', '/users', { as: basic(role) })).status,
      (await call('POST', '/organizations/clinic/imports?path=dns.log', { as: basic(role), body: zeekLog(1, role) }))
        .status,
      (await call('GET', '/organizations/clinic/health', { as: basic(role) })).status,
      (await call('GET', '/audit/verify', { as: basic(role) })).status,
    ];
    expect(await attempts('manager')).toEqual([201, 200, 200, 200, 403]);
    expect(await attempts('analyst')).toEqual([403, 403, 200, 200, 403]);
    expect(await attempts('viewer')).toEqual([403, 403, 403, 200, 403]);
  });

  it('who manage an organization make others below it, but none at the top or elsewhere', async () => {
    const make = async (parent?: string) =>
      (
        await call('POST', '/organizations', {
          as: basic('manager'),
          body: { slug: `by-${parent}`, name: 'x', parent },
        })
      ).status;
    expect([await make('clinic'), await make(), await make('rival')]).toEqual([201, 403, 404]);
  });

  it('get another slug where an organization out of their reach has it, and are told of a conflict within it', async () => {
    const make = (slug: string, as?: string) =>
      call('POST', '/organizations', { body: { slug, name: `New ${slug}`, parent: 'clinic' }, ...(as && { as }) });
    const first = await make('rival', basic('manager'));
    expect([first.status, first.body]).toMatchObject([201, { slug: 'rival-2', parent: 'clinic' }]);
    const above = await make('provider', basic('manager'));
    expect([above.status, above.body.slug]).toEqual([201, 'provider-2']);
    const own = await make('rival-2', basic('manager'));
    expect([own.status, own.body.error.message]).toEqual([409, 'an organization with the slug rival-2 exists already']);
    expect((await make('rival')).status).toBe(409);
    const listed = (await call('GET', '/organizations', { as: basic('manager') })).body.data;
    expect(listed.map(({ slug }: Body) => slug)).toEqual(expect.arrayContaining(['rival-2', 'provider-2']));
  });

  it('get a password made where none is given, and cannot have the address of another', async () => {
    const body = { email: 'New@Clinic.example', name: 'New', role: 'viewer', organization: 'clinic' };
    const made = await call('POST', '/users', { body });
    expect(made.status).toBe(201);
    const as = basicAuth('new@clinic.example', made.body.password);
    expect((await call('GET', '/status', { as })).body.caller.label).toBe('new@clinic.example');
    expect((await call('POST', '/users', { body })).status).toBe(409);
  });
});

describe('clients', () => {
  it('are made, listed without secrets, stopped, started and given new secrets', async () => {
    const made = await call('POST', '/clients', { body: { organization: 'ward', name: 'tap' } });
    expect(made.body).toMatchObject({ clientId: expect.stringMatching(/^[0-9a-f]{32}$/), api: null, enabled: true });
    const { clientId, clientSecret } = made.body;
    const token = async (secret: string) =>
      (
        await fetch(`${api.belfry.address}/auth/v2/token`, {
          method: 'POST',
          headers: { authorization: basicAuth(clientId, secret) },
        })
      ).status;
    expect(await token(clientSecret)).toBe(200);
    const { body: list } = await call('GET', '/clients?organization=ward');
    expect(list.data).toHaveLength(1);
    expect(JSON.stringify(list)).not.toContain(clientSecret);
    expect((await call('POST', `/clients/${clientId}/disable`)).body.enabled).toBe(false);
    expect(await token(clientSecret)).toBe(401);
    expect((await call('POST', `/clients/${clientId}/enable`)).body.enabled).toBe(true);
    const reset = await call('POST', `/clients/${clientId}/reset-secret`);
    expect([await token(clientSecret), await token(reset.body.clientSecret)]).toEqual([401, 200]);
    const deleted = await call('DELETE', `/clients/${clientId}`);
    expect([deleted.status, deleted.body.clientId]).toEqual([200, clientId]);
    expect(await token(reset.body.clientSecret)).toBe(401);
    expect((await call('DELETE', `/clients/${clientId}`)).status).toBe(404);
    expect((await call('GET', '/clients?organization=ward')).body).toEqual({ data: [] });
  });

  it('of others are not found', async () => {
    const { body } = await call('POST', '/clients', { body: { organization: 'rival', name: 'theirs' } });
    const as = basic('manager');
    expect((await call('POST', `/clients/${body.clientId}/disable`, { as })).status).toBe(404);
    expect((await call('DELETE', `/clients/${body.clientId}`, { as })).status).toBe(404);
    expect((await call('POST', '/clients/nothing/disable', { as })).status).toBe(404);
    expect((await call('GET', '/clients', { as })).body.data.some((row: Body) => row.name === 'theirs')).toBe(false);
  });

  it('cannot be made for a surface that there is not', async () => {
    const { status, body } = await call('POST', '/clients', { body: { organization: 'ward', name: 'x', api: 'fax' } });
    expect(status).toBe(400);
    expect(body.error.faults).toEqual([
      { where: 'api', value: 'fax', message: expect.stringContaining('umbrella-reporting-v2') },
    ]);
  });
});

describe('clients for USM', () => {
  const make = (name: string) =>
    call('POST', '/clients', { body: { organization: 'ward', name, api: 'usm-anywhere' } });

  it.each(['soar 1', 'soar-1', '', 'señal', 'x'.repeat(201)])('cannot be named %j', async (name) => {
    const { status, body } = await make(name);
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringMatching(/usm-anywhere must be letters and digits/),
    ]);
    expect(body.error.faults).toMatchObject([{ where: 'name' }]);
  });

  it('have names of letters and digits', async () => {
    expect(await make('Soar1')).toMatchObject({ status: 201, body: { name: 'Soar1', api: 'usm-anywhere' } });
  });
});

describe('requests', () => {
  it('that are malformed have all their faults named', async () => {
    const { status, body } = await call('POST', '/organizations', { body: { slug: 7, parrot: 'x' } });
    expect(status).toBe(400);
    expect(body.error.faults.map((fault: Body) => fault.where)).toEqual(['slug', 'name', '']);
    expect((await call('POST', '/organizations', { body: { slug: 'No Slug', name: 'x' } })).body.error.faults).toEqual([
      expect.objectContaining({ where: 'slug', value: 'No Slug' }),
    ]);
  });

  it('to unknown paths and methods are told so', async () => {
    expect((await call('GET', '/nothing')).body.error.code).toBe('no_route');
    const { status, headers } = await call('PUT', '/clients');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('that change something are in the trail, which is good', async () => {
    const { body } = await call('GET', '/audit/verify');
    expect(body).toMatchObject({ fault: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(body.entries).toBeGreaterThan(20);
  });
});
