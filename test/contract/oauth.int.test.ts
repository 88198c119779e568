import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClientWithSecret } from '../../src/control/repos/api-clients.ts';
import { clumioToken } from '../clumio-api.ts';
import { openWorld, type World } from '../world.ts';
import { BEARER, TOKENS } from './oauth-clauses.ts';
import {
  askOf,
  basicOf,
  type Clause,
  challengeOf,
  errorOf,
  type Given,
  grant,
  ORIGIN,
  post,
  SERVERS,
  use,
} from './oauth-requests.ts';

// The clauses of the OAuth RFCs that apply to an authorization server with the grant of client credentials, and to the surfaces that
// take its tokens. Each row is a requirement (MUST), where it stands, and how it is asked for.

let world: World;

beforeAll(async () => {
  world = await openWorld();
  askOf(world);
});

afterAll(() => world?.close());

const REVOCATION: readonly Clause[] = [
  {
    rfc: 7009,
    section: '2 and 2.1',
    must: 'a revoked token is good for nothing from then on, and other tokens stay good',
    async check({ server, client, newToken }) {
      const [token, other] = [await newToken(), await newToken()];
      const answer = await post(server.revoke, { token, token_type_hint: 'access_token' }, client);
      expect([answer.statusCode, answer.payload]).toEqual([200, '']);
      expect((await use(server.resource, `Bearer ${token}`)).statusCode).toBe(401);
      expect((await post(server.introspect, { token }, client)).json()).toEqual({ active: false });
      expect((await use(server.resource, `Bearer ${other}`)).statusCode).toBe(200);
    },
  },
  {
    rfc: 7009,
    section: '2.1',
    must: 'a client has to authenticate, and ends no token of another one',
    async check({ server, colleague, stranger, newToken }) {
      const token = await newToken();
      expect(errorOf(await post(server.revoke, { token }))).toEqual([401, 'invalid_client']);
      for (const other of [colleague, stranger]) {
        expect(errorOf(await post(server.revoke, { token }, other))).toEqual([400, 'invalid_grant']);
      }
      expect((await use(server.resource, `Bearer ${token}`)).statusCode).toBe(200);
    },
  },
  {
    rfc: 7009,
    section: '2.1',
    must: 'a hint that is wrong or unknown does not keep the token alive',
    async check({ server, client, newToken }) {
      for (const token_type_hint of ['refresh_token', 'something']) {
        const token = await newToken();
        expect((await post(server.revoke, { token, token_type_hint }, client)).statusCode).toBe(200);
        expect((await use(server.resource, `Bearer ${token}`)).statusCode).toBe(401);
      }
    },
  },
  {
    rfc: 7009,
    section: '2.2',
    must: 'a token that is not good is answered with 200',
    async check({ server, client, newToken }) {
      const token = await newToken();
      for (const gone of ['unknown', token, token]) {
        expect((await post(server.revoke, { token: gone }, client)).statusCode).toBe(200);
      }
    },
  },
  {
    rfc: 7009,
    section: '2.2.1',
    must: 'a request without a token is refused with invalid_request',
    async check({ server, client }) {
      expect(errorOf(await post(server.revoke, 'token=', client))).toEqual([400, 'invalid_request']);
      expect((await use(server.revoke, basicOf(client))).statusCode).toBe(405);
    },
  },
];

const INTROSPECTION: readonly Clause[] = [
  {
    rfc: 7662,
    section: '2.2',
    must: 'a good token is active, with what it says of itself',
    async check({ server, client, colleague, newToken }) {
      const token = await newToken();
      const { iat, exp, jti, sub, aud } = decodeJwt(token);
      for (const asker of [client, colleague]) {
        const answer = await post(server.introspect, { token }, asker);
        expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
        expect(answer.headers['content-type']).toMatch(/^application\/json/);
        const known = { iat, exp, jti, sub, aud, client_id: client.client.id, token_type: 'Bearer' };
        expect(answer.json()).toMatchObject({ active: true, scope: expect.any(String), ...known });
      }
    },
  },
  {
    rfc: 7662,
    section: '2.1 and 4',
    must: 'a client has to authenticate, and the token is required',
    async check({ server, client, newToken }) {
      const token = await newToken();
      expect(errorOf(await post(server.introspect, { token }))).toEqual([401, 'invalid_client']);
      expect(errorOf(await post(server.introspect, '', client))).toEqual([400, 'invalid_request']);
      expect((await use(server.introspect, basicOf(client))).statusCode).toBe(405);
    },
  },
  {
    rfc: 7662,
    section: '2.2 and 4',
    must: 'a token that is not good, or none of the asker’s business, is inactive, and nothing else is said',
    async check({ server, client, stranger, newToken }) {
      const token = await newToken();
      const inactive = async (given: string, asker: ApiClientWithSecret) =>
        expect((await post(server.introspect, { token: given }, asker)).payload).toBe('{"active":false}');
      await inactive('unknown', client);
      await inactive(`${token}x`, client);
      await inactive(token, stranger);
      const now = world.nowMs;
      world.nowMs += 7_200_000;
      await inactive(token, client);
      world.nowMs = now;
    },
  },
];

const METADATA: readonly Clause[] = [
  {
    rfc: 8414,
    section: '3 and 3.3',
    must: 'metadata are found where the issuer’s path follows the well-known one, and name this very issuer',
    async check({ server }) {
      const answer = await use(`/.well-known/oauth-authorization-server${server.issuer}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.json().issuer).toBe(ORIGIN + server.issuer);
      expect((await use('/.well-known/oauth-authorization-server')).json().issuer).toBe(ORIGIN);
    },
  },
  {
    rfc: 8414,
    section: '2',
    must: 'they name the endpoints, what is supported, and nothing that is not there',
    async check({ server, client, newToken }) {
      const found = (await use(`/.well-known/oauth-authorization-server${server.issuer}`)).json();
      expect(found).toMatchObject({ grant_types_supported: ['client_credentials'], response_types_supported: [] });
      expect(found).not.toHaveProperty('authorization_endpoint');
      expect(found.token_endpoint).toBe(ORIGIN + server.token);
      const token = await newToken();
      const path = (url: string) => new URL(url).pathname;
      expect((await post(path(found.introspection_endpoint), { token }, client)).json().active).toBe(true);
      expect((await post(path(found.revocation_endpoint), { token }, client)).statusCode).toBe(200);
      for (const method of found.token_endpoint_auth_methods_supported) {
        const { id } = client.client;
        const answer =
          method === 'client_secret_basic'
            ? await grant(server.token, client)
            : await grant(server.token, undefined, `&client_id=${id}&client_secret=${client.secret}`);
        expect(answer.statusCode, method).toBe(200);
      }
    },
  },
];

describe.each(SERVERS)('$name', (server) => {
  let given: Given;

  beforeAll(async () => {
    const { branch, stranger } = world.organizations;
    const { api } = server;
    const client = await world.createClient(branch, { api });
    given = {
      server,
      client,
      colleague: await world.createClient(branch, { api }),
      stranger: await world.createClient(stranger, { api }),
      newClient: (options) => world.createClient(branch, options),
      newToken: async (owner = client) => (await grant(server.token, owner)).json().access_token,
    };
  });

  const clauses = [...TOKENS, ...BEARER, ...REVOCATION, ...INTROSPECTION, ...METADATA];
  test.each(clauses)('RFC $rfc, section $section: $must', ({ check }) => check(given));
});

describe('surfaces without an authorization server', () => {
  test('RFC 6750, section 3: no error without a token, invalid_token with a wrong one', async () => {
    for (const path of ['/alerts/individual', '/belfry/v1/status']) {
      expect(challengeOf(await use(path)), path).toBe('Bearer realm="belfry"');
      expect(challengeOf(await use(path, 'Bearer wrong')), path).toBe('Bearer realm="belfry", error="invalid_token"');
    }
  });

  test('RFC 6750, section 3.1: insufficient_scope where a role may not do this', async () => {
    const { authorization = '' } = await clumioToken(world, world.organizations.branch, { scopes: ['nothing'] });
    const answer = await use('/alerts/individual', authorization);
    expect(answer.statusCode).toBe(403);
    expect(challengeOf(answer)).toBe('Bearer realm="belfry", error="insufficient_scope"');
  });

  test('tokens of one surface are unknown to another', async () => {
    const client = await world.createClient(world.organizations.branch);
    const token = (await grant('/auth/v2/token', client)).json().access_token;
    const answer = await post('/api/2.0/oauth/introspect', { token }, client);
    expect(answer.payload).toBe('{"active":false}');
    expect((await post('/api/2.0/oauth/revoke', { token }, client)).statusCode).toBe(200);
    expect((await use('/reports/v2/categories', `Bearer ${token}`)).statusCode).toBe(200);
  });
});
