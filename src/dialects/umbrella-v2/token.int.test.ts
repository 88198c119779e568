import type { InjectOptions } from 'fastify';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import {
  type ApiClientWithSecret,
  disableApiClient,
  enableApiClient,
  resetApiClientSecret,
} from '../../control/repos/api-clients.ts';
import { revokeToken } from '../../control/repos/tokens.ts';
import { createUser, disableUser } from '../../control/repos/users.ts';

const TOKEN_PATHS = ['/auth/v2/token', '/auth/v2/oauth2/token'];
const FORM = 'application/x-www-form-urlencoded';

const basic = ({ client, secret }: ApiClientWithSecret, wrong = '') => basicAuth(client.id, `${secret}${wrong}`);

describe('tokens of Umbrella v2', () => {
  let world: World;
  let parent: ApiClientWithSecret;

  beforeAll(async () => {
    world = await openWorld();
    parent = await world.createClient(world.organizations.provider);
  });

  afterAll(() => world?.close());

  function ask(options: InjectOptions, client = parent) {
    return world.app.inject({
      method: 'POST',
      url: '/auth/v2/token',
      ...options,
      headers: { authorization: basic(client), ...options.headers },
    });
  }

  const tokenOf = async (client: ApiClientWithSecret, headers = {}): Promise<string> =>
    (await ask({ headers }, client)).json().access_token;

  const use = (token: string, url = '/reports/v2/categories', headers = {}) =>
    world.app.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } });

  const form = { 'content-type': FORM };
  const requests = (url: string): { name: string; options: InjectOptions }[] => [
    { name: 'GET', options: { url, method: 'GET' } },
    { name: 'POST without a body', options: { url } },
    { name: 'POST', options: { url, payload: 'grant_type=client_credentials', headers: form } },
    { name: 'POST with a capital', options: { url, payload: 'grant_type=Client_credentials', headers: form } },
    { name: 'POST of JSON without a body', options: { url, headers: { 'content-type': 'application/json' } } },
    { name: 'POST of an empty form', options: { url, headers: form } },
    { name: 'POST to doubled slashes', options: { url: url.replaceAll('/', '//') } },
    { name: 'POST to a trailing slash', options: { url: `${url}/` } },
  ];

  test.each(TOKEN_PATHS.flatMap(requests))('are given to $name, $options.url', async ({ options }) => {
    const answer = await ask(options);
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.json())).toEqual(['token_type', 'access_token', 'expires_in']);
    expect(answer.json()).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect((await use(answer.json().access_token)).statusCode).toBe(200);
  });

  test('are given for credentials in the form', async () => {
    const { client, secret } = parent;
    const payload = new URLSearchParams({ client_id: client.id, client_secret: secret }).toString();
    const request = { method: 'POST', url: '/auth/v2/token', headers: { 'content-type': FORM }, payload } as const;
    expect((await world.app.inject(request)).statusCode).toBe(200);
  });

  test('carry what clients take out of them', async () => {
    const claims = decodeJwt(await tokenOf(parent));
    expect(claims.sub).toBe(`org/${world.organizations.provider.id}/user/${parent.client.id}`);
    expect(claims.scope).toContain('reports.granularevents:read');
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect(claims).toMatchObject({ iss: 'belfry', nbf: claims.iat });
  });

  test('are refused to wrong credentials, in the vendor’s words', async () => {
    for (const authorization of [basic(parent, 'x'), 'Basic bm9ib2R5Om5vdGhpbmc=', 'Basic ???', 'Basic', '']) {
      const answer = await ask({ headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(answer.payload).toBe('{"message":"Invalid authentication credentials"}');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('are refused for another grant type, and for what is no form', async () => {
    const answer = await ask({ payload: 'grant_type=password', headers: { 'content-type': FORM } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().data.errors).toMatchObject([{ param: 'grant_type', value: 'password' }]);
    expect((await ask({ payload: 'x'.repeat(2 ** 21), headers: { 'content-type': FORM } })).statusCode).toBe(413);
  });

  test('are given for organizations below the client’s, and refused alike for all others', async () => {
    const { provider, branch, office, stranger } = world.organizations;
    for (const { id } of [provider, branch, office]) {
      const token = await tokenOf(parent, { 'X-Umbrella-OrgID': String(id) });
      expect(decodeJwt(token).sub).toContain(`org/${id}/`);
    }
    const child = await world.createClient(branch);
    const bodies = [];
    for (const number of [provider.id, stranger.id, 4_000_000, 'abc', '01', '-1', '1'.repeat(5000)]) {
      const answer = await ask({ headers: { 'x-umbrella-orgid': String(number) } }, child);
      expect(answer.statusCode).toBe(403);
      bodies.push(answer.payload);
    }
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '').data.error).toBe('invalid organization');
  });

  test('of a child do not reach its parent; of a parent they reach as far as the request says', async () => {
    const { provider, branch, office, sibling } = world.organizations;
    const child = await tokenOf(parent, { 'x-umbrella-orgid': String(branch.id) });
    const path = (id: number, prefix: string) => `${prefix}/organizations/${id}/categories`;
    for (const prefix of ['/v2', '/v2/', '']) {
      expect((await use(child, path(branch.id, prefix))).statusCode).toBe(200);
      expect((await use(child, path(office.id, prefix))).statusCode).toBe(200);
      expect((await use(child, path(provider.id, prefix))).statusCode).toBe(403);
      expect((await use(child, path(sibling.id, prefix))).statusCode).toBe(403);
    }
    const whole = await tokenOf(parent);
    await world.load(office, [{ time: '2026-01-15T11:59:00Z', kind: 'dns', domain: 'office.example' }]);
    const total = (headers: object, url = '/reports/v2/total-requests') =>
      use(whole, `${url}?from=-1hours&to=now`, headers).then((answer) => answer.json().data.count);
    expect(await total({})).toBe(0);
    expect(await total({ 'x-umbrella-orgid': String(office.id) })).toBe(1);
    expect(await total({}, `/v2/organizations/${office.id}/total-requests`)).toBe(1);
    const narrowed = { 'x-umbrella-orgid': String(office.id) };
    expect(await total(narrowed, `/v2/organizations/${branch.id}/total-requests`)).toBe(1);
    expect(await total(narrowed, `/v2/organizations/${sibling.id}/total-requests`)).toBeUndefined();
  });

  test('end with their time, their client, their owner, their secret, or by themselves', async () => {
    const { db } = world.context.control;
    const owner = await createUser(db, {
      email: 'owner@example.org',
      name: 'Owner',
      password: 'a password for tests',
      role: 'manager',
      organizationId: world.organizations.branch.id,
      actor: TEST_ACTOR,
    });
    const owned = await world.createClient(world.organizations.branch, { ownerUserId: owner.id });
    const { id } = owned.client;
    const ends = async (token: string) => {
      const answer = await use(token);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ data: { error: 'unauthorized', errors: [{ param: 'authorization' }] } });
      expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    };
    const token = await tokenOf(owned);
    expect(decodeJwt(token).sub).toContain(`/user/${owner.id}`);
    expect((await use(token)).statusCode).toBe(200);

    await disableApiClient(db, { id, actor: TEST_ACTOR });
    await ends(token);
    await enableApiClient(db, { id, actor: TEST_ACTOR });
    expect((await use(token)).statusCode).toBe(200);

    world.nowMs += 3_601_000;
    await ends(token);
    const later = await tokenOf(owned);
    await revokeToken(db, { id: decodeJwt(later).jti ?? '', actor: TEST_ACTOR });
    await ends(later);

    const beforeReset = await tokenOf(owned);
    const renewed = await resetApiClientSecret(db, { id, actor: TEST_ACTOR });
    await ends(beforeReset);
    expect((await ask({}, owned)).statusCode).toBe(401);

    const last = await tokenOf(renewed);
    await disableUser(db, { id: owner.id, actor: TEST_ACTOR });
    await ends(last);
    expect((await ask({}, renewed)).statusCode).toBe(401);
  });

  test('of another key, algorithm, surface or maker are refused', async () => {
    const claims = decodeJwt(await tokenOf(parent));
    const sign = (alg: string, key: Uint8Array, more = {}) =>
      new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg }).sign(key);
    const { tokenKey } = world.deps;
    expect((await use(await sign('HS256', tokenKey))).statusCode).toBe(200);
    const forged = [
      await sign('HS256', new Uint8Array(32)),
      await sign('HS512', Buffer.concat([tokenKey, tokenKey])),
      await sign('HS256', tokenKey, { aud: 'elsewhere' }),
      await sign('HS256', tokenKey, { iss: 'somebody' }),
      await sign('HS256', tokenKey, { jti: 'unknown' }),
      await sign('HS256', tokenKey, { sub: 'org/4000000/user/x' }),
      await sign('HS256', tokenKey, { exp: undefined }),
      new UnsecuredJWT(claims).encode(),
      'x',
      'x.y.z',
      'x'.repeat(10_000),
    ];
    for (const token of forged) expect((await use(token)).statusCode, token.slice(0, 200)).toBe(401);
    const answer = await world.app.inject({ url: '/reports/v2/categories' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="belfry"');
  });

  test('are not given to clients of other surfaces', async () => {
    const other = await world.createClient(world.organizations.branch, { api: 'usm-central' });
    expect((await ask({}, other)).statusCode).toBe(401);
    const own = await world.createClient(world.organizations.branch, { api: 'umbrella-reporting-v2' });
    expect((await ask({}, own)).statusCode).toBe(200);
  });

  test('open only what the client’s scopes say', async () => {
    const limited = await world.createClient(world.organizations.branch, { scopes: ['Reports.Utilities:read'] });
    const token = await tokenOf(limited);
    expect(decodeJwt(token).scope).toBe('reports.utilities:read');
    expect((await use(token)).statusCode).toBe(200);
    const answer = await use(token, '/reports/v2/activity?from=-1days&to=now');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('scope="reports.granularEvents:read"');
    expect(answer.json().data.error).toContain('reports.granularEvents:read');
    const rules = await use(token, '/reports/v2/summaries-by-rule/intrusion?from=-1days&to=now');
    expect(rules.headers['www-authenticate']).toContain('scope="reports.summariesByRule:read"');
  });
});

test('tokens are counted by client where a limit is set', async () => {
  const world = await openWorld({ limits: { requestsPerSecond: 0, tokensPerMinute: 2 } });
  try {
    const client = await world.createClient(world.organizations.branch);
    const get = () => world.app.inject({ url: '/auth/v2/token', headers: { authorization: basic(client) } });
    expect((await get()).headers).toMatchObject({
      'x-ratelimit-limit-minute': '2',
      'x-ratelimit-remaining-minute': '1',
    });
    expect((await get()).statusCode).toBe(200);
    const refused = await get();
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.json().message).toBe('API rate limit exceeded');
  } finally {
    await world.close();
  }
});
