import type { InjectOptions } from 'fastify';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import { basic, USM } from '../../../test/usm-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { type ApiClientWithSecret, disableApiClient } from '../../control/repos/api-clients.ts';

const TOKEN = `${USM}/oauth/token`;
const IN_QUERY = `${TOKEN}?grant_type=client_credentials`;
const MINUTE_MS = 60_000;

describe('tokens of USM Anywhere', () => {
  let world: World;
  let own: ApiClientWithSecret;

  beforeAll(async () => {
    world = await openWorld();
    own = await world.createClient(world.organizations.branch);
  });

  afterAll(() => world?.close());

  function ask(options: InjectOptions, client = own) {
    return world.app.inject({
      method: 'POST',
      url: IN_QUERY,
      ...options,
      headers: { authorization: basic(client), ...options.headers },
    });
  }

  const use = (authorization: string) => world.app.inject({ url: `${USM}/alarms`, headers: { authorization } });

  // The table of section 1.1.
  test.each<[string, InjectOptions]>([
    ['query alone', {}],
    ['query and a JSON type without a body', { headers: { 'content-type': 'application/json' } }],
    ['query and a misspelt form type', { headers: { 'content-type': 'application/www-form-urlencoded' } }],
    [
      'query and JSON called a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: '{"a":1}' },
    ],
    [
      'query and the literal body of the manual',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: '@request_body' },
    ],
    ['query and what is no JSON', { headers: { 'content-type': 'application/json' }, payload: '{' }],
    [
      'form',
      {
        url: TOKEN,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'grant_type=client_credentials',
      },
    ],
    [
      'form with a character set',
      {
        url: TOKEN,
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
        payload: 'grant_type=client_credentials',
      },
    ],
    ['form without a type', { url: TOKEN, payload: 'grant_type=client_credentials' }],
    ['trailing slash', { url: `${TOKEN}/?grant_type=client_credentials` }],
  ])('are given for the grant type in: %s', async (_, options) => {
    const answer = await ask(options);
    expect(answer.statusCode, answer.payload).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.headers['cache-control']).toBe('no-store');
    const { access_token: token, jti, ...rest } = answer.json();
    expect(rest).toEqual({ token_type: 'bearer', expires_in: 899, scope: 'trust read write' });
    expect(token.length).toBeGreaterThanOrEqual(128);
    expect(token.split('.')).toHaveLength(3);
    expect(jti).toBe(decodeJwt(token).jti);
    expect((await use(`bearer ${token}`)).statusCode).toBe(200);
  });

  test('are refused to wrong credentials with a body that says Unauthorized', async () => {
    const wrong = basicAuth(own.client.id, 'wrong');
    for (const authorization of [wrong, 'Basic bm9ib2R5Om5vdGhpbmc=', 'Basic ???', 'Bearer x', '']) {
      const answer = await ask({ headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(answer.payload).toContain('Unauthorized');
      expect(answer.json()).toMatchObject({ result: 'error', location: TOKEN, error: 'invalid_client' });
      expect(answer.headers['www-authenticate']).toBe('Basic realm="oauth2/client"');
    }
  });

  test('are refused without a grant type and for another one', async () => {
    const missing = await ask({ url: TOKEN });
    expect(missing.statusCode).toBe(400);
    expect(missing.json()).toMatchObject({ result: 'error', error: 'invalid_request' });
    const other = await ask({ url: `${TOKEN}?grant_type=password` });
    expect(other.statusCode).toBe(400);
    expect(other.json()).toMatchObject({ result: 'error', error: 'unsupported_grant_type' });
  });

  test('are good for half an hour, whatever they say, and stay good when others are given', async () => {
    const { access_token: token } = (await ask({})).json();
    await ask({});
    const issuedMs = world.nowMs;
    world.nowMs = issuedMs + 20 * MINUTE_MS;
    expect((await use(`Bearer ${token}`)).statusCode).toBe(200);
    world.nowMs = issuedMs + 31 * MINUTE_MS;
    const late = await use(`Bearer ${token}`);
    expect(late.statusCode).toBe(401);
    expect(late.json()).toMatchObject({ result: 'error', location: `${USM}/alarms`, error: 'invalid_token' });
    expect(late.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  test('are asked for where there is none', async () => {
    for (const headers of [{}, { authorization: basic(own) }]) {
      const answer = await world.app.inject({ url: `${USM}/alarms`, headers });
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ error: 'unauthorized' });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="oauth2-resource"');
    }
    expect((await use('Bearer a b')).json()).toMatchObject({ error: 'invalid_token' });
  });

  test('are given to clients made for this surface or for none, and to no others', async () => {
    const { branch } = world.organizations;
    expect((await ask({}, await world.createClient(branch, { api: 'usm-anywhere' }))).statusCode).toBe(200);
    expect((await ask({}, await world.createClient(branch, { api: 'usm-central' }))).statusCode).toBe(401);
    const disabled = await world.createClient(branch);
    const { access_token: token } = (await ask({}, disabled)).json();
    await disableApiClient(world.context.control.db, { id: disabled.client.id, actor: TEST_ACTOR });
    expect((await ask({}, disabled)).statusCode).toBe(401);
    expect((await use(`Bearer ${token}`)).statusCode).toBe(401);
  });

  test('are given to clients that the command line makes', async () => {
    const made = await world.app.inject({
      method: 'POST',
      url: '/belfry/v1/clients',
      headers: { authorization: `Bearer ${world.deps.operatorToken}` },
      payload: { organization: 'branch', name: 'connector1' },
    });
    const { clientId, clientSecret } = made.json();
    expect(clientSecret.length).toBeGreaterThanOrEqual(32);
    expect((await ask({}, { ...own, client: { ...own.client, id: clientId }, secret: clientSecret })).statusCode).toBe(
      200,
    );
  });

  test('of Umbrella open nothing here', async () => {
    const umbrella = await ask({ url: '/auth/v2/token' });
    expect((await use(`Bearer ${umbrella.json().access_token}`)).statusCode).toBe(401);
  });

  test('open what the client’s scopes say', async () => {
    const { branch } = world.organizations;
    const reader = await ask({}, await world.createClient(branch, { scopes: ['read'] }));
    expect(reader.json().scope).toBe('read');
    const headers = { authorization: `Bearer ${reader.json().access_token}` };
    const id = '00000000-0000-4000-8000-000000000000';
    expect((await use(headers.authorization)).statusCode).toBe(200);
    const put = await world.app.inject({ method: 'PUT', url: `${USM}/alarms/${id}/labels/${id}`, headers });
    expect(put.statusCode).toBe(403);
    expect(put.json()).toMatchObject({ error: 'access_denied' });
    const stranger = await ask({}, await world.createClient(branch, { scopes: ['Reports.Utilities:read'] }));
    expect((await use(`Bearer ${stranger.json().access_token}`)).statusCode).toBe(403);
  });
});

test('requests are counted by client and organization, reading and changing apart', async () => {
  const world = await openWorld({ limits: { getsPerSecond: 5, writesPerSecond: 3 } });
  try {
    const { branch, office } = world.organizations;
    const client = await world.createClient(branch);
    const answer = await world.app.inject({ method: 'POST', url: IN_QUERY, headers: { authorization: basic(client) } });
    const headers = { authorization: `Bearer ${answer.json().access_token}` };
    const label = `${USM}/alarms/x/labels/y`;
    const burst = (count: number, options: InjectOptions) =>
      Promise.all(Array.from({ length: count }, () => world.app.inject({ ...options, headers })));
    const gets = await burst(60, { url: `${USM}/alarms/x` });
    expect(gets.filter(({ statusCode }) => statusCode === 404).length).toBeGreaterThanOrEqual(5);
    const [refused] = gets.filter(({ statusCode }) => statusCode === 429);
    expect(refused?.headers['retry-after']).toBe('1');
    expect(refused?.json()).toMatchObject({ result: 'error', error: 'rate_limit_exceeded', status: 429 });
    const other = await world.app.inject({ url: `http://${office.slug}.usm.example${USM}/alarms`, headers });
    expect(other.statusCode).toBe(200);
    const puts = await burst(40, { method: 'PUT', url: label });
    expect(puts.filter(({ statusCode }) => statusCode === 404).length).toBeGreaterThanOrEqual(3);
    expect(puts.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThan(0);
  } finally {
    await world.close();
  }
});
