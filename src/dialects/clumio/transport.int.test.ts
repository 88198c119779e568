import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import {
  deleteApiClient,
  disableApiClient,
  enableApiClient,
  resetApiClientSecret,
} from '../../control/repos/api-clients.ts';
import { moveOrganization } from '../../control/repos/organizations.ts';
import { createUser, disableUser, setUserRole } from '../../control/repos/users.ts';
import { writeOpaqueToken } from '../../core/tokens/opaque-token.ts';

let world: World;
let token: Headers;

beforeAll(async () => {
  world = await openWorld();
  token = await clumioToken(world, world.organizations.branch);
});

afterAll(() => world?.close());

const get = (url: string, headers: Headers = token) => world.app.inject({ url, headers });
const GLOBAL = '00000000-0000-0000-0000-000000000000';
const shownUnits = async (headers: Headers) => {
  const answer = await get('/organizational-units', headers);
  expect(answer.statusCode, answer.payload).toBe(200);
  return answer.json()._embedded.items.map((unit: { id: string }) => unit.id);
};

describe('a token', () => {
  test('is missing with the number that clients know, and wrong with another', async () => {
    for (const headers of [{}, { authorization: '' }] as Headers[]) {
      const { errors } = (await get('/audit-trails', headers)).json();
      expect(errors).toEqual([{ error_code: 359, error_message: 'The authentication token is missing' }]);
    }
    for (const authorization of [
      'Bearer',
      'Bearer x',
      'Bearer blf_AAAA',
      'Basic YTpi',
      token.authorization?.slice(0, -2),
    ]) {
      const answer = await get('/audit-trails', { authorization: String(authorization) });
      expect([answer.statusCode, answer.json().errors[0].error_code], authorization).toEqual([401, 1001]);
    }
    expect(
      (await get('/audit-trails', { authorization: token.authorization?.replace('Bearer', 'bEARER') ?? '' }))
        .statusCode,
    ).toBe(200);
  });

  test('ends with its client: refreshed, disabled, deleted, expired', async () => {
    const { db } = world.context.control;
    const { client, secret } = await world.createClient(world.organizations.branch, { api: 'clumio' });
    const { id } = client;
    const statusOf = async (presented: string) =>
      (await get('/', { authorization: `Bearer ${writeOpaqueToken({ id, secret: presented })}` })).statusCode;
    expect(await statusOf(secret)).toBe(200);
    const fresh = (await resetApiClientSecret(db, { id, actor: TEST_ACTOR })).secret;
    expect([await statusOf(secret), await statusOf(fresh)]).toEqual([401, 200]);
    await disableApiClient(db, { id, actor: TEST_ACTOR });
    expect(await statusOf(fresh)).toBe(401);
    await enableApiClient(db, { id, actor: TEST_ACTOR });
    expect(await statusOf(fresh)).toBe(200);
    await deleteApiClient(db, { id, actor: TEST_ACTOR });
    expect(await statusOf(fresh)).toBe(401);
    const short = await clumioToken(world, world.organizations.branch, { expiresAt: new Date(world.nowMs + 1000) });
    expect((await get('/', short)).statusCode).toBe(200);
    world.nowMs += 1000;
    expect((await get('/', short)).statusCode).toBe(401);
  });

  test('works on no other surface, nor does a client of another here', async () => {
    for (const api of [null, 'umbrella-reporting-v2']) {
      const other = await clumioToken(world, world.organizations.branch, { api });
      expect((await get('/', other)).statusCode).toBe(401);
    }
    expect((await get('/api/2.0/alarms', token)).statusCode).toBe(401);
  });

  test('of a person has the role and the reach that the person has now', async () => {
    const { db } = world.context.control;
    const { provider, branch, office, sibling } = world.organizations;
    const user = await createUser(db, {
      email: 'ann@example.com',
      name: 'Ann',
      password: 'long enough for her',
      role: 'viewer',
      organizationId: branch.id,
      actor: TEST_ACTOR,
    });
    const own = await clumioToken(world, branch, { ownerUserId: user.id });
    const wider = await clumioToken(world, provider, { ownerUserId: user.id });
    const narrower = await clumioToken(world, office, { ownerUserId: user.id });
    const elsewhere = await clumioToken(world, sibling, { ownerUserId: user.id });
    expect(await shownUnits(own)).toEqual([GLOBAL, office.uuid]);
    expect(await shownUnits(wider)).toEqual([GLOBAL, office.uuid]);
    expect(await shownUnits(narrower)).toEqual([GLOBAL]);
    expect((await get('/', elsewhere)).statusCode).toBe(401);
    const create = () =>
      world.app.inject({ method: 'POST', url: '/organizational-units', headers: own, payload: { name: 'by Ann' } });
    expect((await create()).statusCode).toBe(403);
    await setUserRole(db, { id: user.id, role: 'manager', actor: TEST_ACTOR });
    expect((await create()).statusCode).toBe(200);
    await disableUser(db, { id: user.id, actor: TEST_ACTOR });
    expect((await get('/', own)).statusCode).toBe(401);
  });

  test('of a role that views changes nothing', async () => {
    const viewer = await clumioToken(world, world.organizations.branch, { scopes: ['reporting_admin'] });
    expect((await get('/audit-trails', viewer)).statusCode).toBe(200);
    const ask = (method: 'POST' | 'PATCH' | 'DELETE', url: string) =>
      world.app.inject({ method, url, headers: viewer, payload: { name: 'x' } });
    const statuses = [
      (await ask('POST', '/organizational-units')).statusCode,
      (await ask('PATCH', `/organizational-units/${world.organizations.office.uuid}`)).statusCode,
      (await ask('DELETE', `/organizational-units/${world.organizations.office.uuid}`)).statusCode,
    ];
    expect(statuses).toEqual([403, 403, 403]);
  });
});

describe('the context', () => {
  test('is the token’s own unit where the header is absent, empty or of zeros', async () => {
    const { branch, office } = world.organizations;
    const all = await shownUnits(token);
    expect(all).toEqual(expect.arrayContaining([GLOBAL, office.uuid]));
    for (const named of ['', '  ', GLOBAL, branch.uuid, branch.uuid.toUpperCase()]) {
      expect(await shownUnits(inContext(token, named)), named).toEqual(all);
    }
    expect(await shownUnits(inContext(token, office.uuid))).toEqual([office.uuid]);
  });

  test('of anybody else is refused like one that does not exist', async () => {
    const { provider, sibling, stranger } = world.organizations;
    const answers = [];
    for (const uuid of ['11111111-1111-4111-8111-111111111111', provider.uuid, sibling.uuid, stranger.uuid]) {
      const { statusCode, payload } = await get('/audit-trails', inContext(token, uuid));
      answers.push({ statusCode, payload });
    }
    expect(answers[0]?.statusCode).toBe(403);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('that is no UUID is malformed', async () => {
    for (const named of ['1000002', 'branch', '*', '0']) {
      expect((await get('/audit-trails', inContext(token, named))).statusCode, named).toBe(400);
    }
  });

  test('does not outlive a move', async () => {
    const { office, sibling, branch } = world.organizations;
    const { db } = world.context.control;
    await moveOrganization(db, { id: office.id, parentId: sibling.id, actor: TEST_ACTOR });
    expect((await get('/', inContext(token, office.uuid))).statusCode).toBe(403);
    await moveOrganization(db, { id: office.id, parentId: branch.id, actor: TEST_ACTOR });
    expect((await get('/', inContext(token, office.uuid))).statusCode).toBe(200);
  });
});

describe('a request', () => {
  test('is answered in the version it accepts, under the vendor’s type, and refused one that is not', async () => {
    const typeOf = async (accept?: string) => {
      const { statusCode, headers } = await get('/organizational-units', { ...token, ...(accept && { accept }) });
      return `${statusCode} ${headers['content-type']}`;
    };
    expect(await typeOf()).toBe('200 application/api.clumio.organizational-units=v2+json');
    expect(await typeOf('application/api.clumio.*=v1+json')).toBe(
      '200 application/api.clumio.organizational-units=v1+json',
    );
    expect(await typeOf('application/api.clumio.organizational-units=v3+json')).toMatch(/^400 application\/json/);
  });

  test('is the same under /api, and other surfaces keep their own paths there', async () => {
    expect((await get('/api/organizational-units')).json()).toEqual((await get('/organizational-units')).json());
    expect((await get('/api/1.1/nothing')).json()).not.toHaveProperty('errors');
    expect((await get('/api/tasks/none/at/all')).json()).toHaveProperty('errors');
  });

  test('may say its list parameters in the body of a GET, as old clients do', async () => {
    const ask = (body: string, query = '') =>
      world.app.inject({
        method: 'GET',
        url: `/organizational-units${query}`,
        headers: { ...token, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
        payload: body,
      });
    const page = (await ask('{"limit": 1, "start": "2", "filter": null}')).json();
    expect([page.limit, page.start, page.current_count]).toEqual([1, '2', 1]);
    const filtered = (await ask(JSON.stringify({ filter: '{"name":{"$contains":"OFF"}}' }))).json();
    expect(filtered._embedded.items.map(({ name }: { name: string }) => name)).toEqual(['office']);
    expect((await ask('{"limit": 1}', '?limit=2')).json().limit).toBe(2);
    expect((await ask('not JSON')).json().limit).toBe(20);
  });

  test('for / is discovery, unless a browser makes it', async () => {
    const described = (await get('/')).json();
    expect(described['organizational-units'].supported_versions).toEqual(['v2', 'v1']);
    expect(described['organizational-units'].v1['read-organizational-unit']).toEqual({
      href: '/organizational-units/{id}',
      templated: true,
      type: 'get',
    });
    expect(described['audit-trails']).toEqual({
      supported_versions: ['v1'],
      v1: { 'list-audit-trails': { href: '/audit-trails', templated: false, type: 'get' } },
    });
    const page = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect(page.statusCode).toBe(404);
    expect(page.json()).not.toHaveProperty('errors');
  });
});
