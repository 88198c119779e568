import { expect } from 'vitest';
import { basicOf, type Clause, challengeOf, errorOf, grant, post, use } from './oauth-requests.ts';

/** What token endpoints answer. */
export const TOKENS: readonly Clause[] = [
  {
    rfc: 6749,
    section: '2.3.1',
    must: 'a client may authenticate with HTTP Basic',
    async check({ server, client }) {
      expect((await grant(server.token, client)).statusCode).toBe(200);
    },
  },
  {
    rfc: 6749,
    section: '2.3',
    must: 'a client that authenticates in two ways is refused',
    async check({ server, client }) {
      const more = `&client_id=${client.client.id}&client_secret=${client.secret}`;
      expect((await grant(server.token, client, more)).statusCode).toBe(400);
      const twice = await post(server.introspect, `token=x${more}`, client);
      expect(errorOf(twice)).toEqual([400, 'invalid_request']);
    },
  },
  {
    rfc: 6749,
    section: '3.2',
    must: 'a parameter without a value counts as absent, and unknown ones are ignored',
    async check({ server, client }) {
      expect((await grant(server.token, client, '&client_secret=&client_id=&colour=blue')).statusCode).toBe(200);
    },
  },
  {
    rfc: 6749,
    section: '3.2',
    must: 'a parameter is not given twice',
    async check({ server, client }) {
      const twice = await grant(server.token, client, '&grant_type=client_credentials');
      expect(twice.statusCode).toBe(400);
      expect(errorOf(await post(server.revoke, 'token=a&token=b', client))).toEqual([400, 'invalid_request']);
    },
  },
  {
    rfc: 6749,
    section: '4.4.3 and 5.1',
    must: 'an answer has the token, its type and its lifetime as JSON, and no refresh token',
    async check({ server, client }) {
      const answer = await grant(server.token, client);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      const body = answer.json();
      expect(body).toMatchObject({ access_token: expect.any(String), expires_in: expect.any(Number) });
      expect(body.token_type.toLowerCase()).toBe('bearer');
      expect(body).not.toHaveProperty('refresh_token');
    },
  },
  {
    rfc: 6749,
    section: '5.1',
    must: 'an answer with a token is not cached',
    async check({ server, client }) {
      const expected = { 'cache-control': 'no-store', pragma: 'no-cache' };
      expect((await grant(server.token, client)).headers).toMatchObject(expected);
    },
  },
  {
    rfc: 6749,
    section: '3.3 and 5.1',
    must: 'a scope that differs from the one asked for is told',
    async check({ server, client }) {
      expect((await grant(server.token, client, '&scope=everything')).json().scope).toBeTypeOf('string');
    },
  },
  {
    rfc: 6749,
    section: '5.2',
    must: 'a wrong secret is answered with 401 and a challenge of the scheme that was used',
    async check({ server, client }) {
      for (const secret of ['wrong', `${client.secret}0`]) {
        const answer = await grant(server.token, { ...client, secret });
        expect(answer.statusCode).toBe(401);
        expect(challengeOf(answer)).toMatch(/^Basic /);
      }
      const answer = await post(server.revoke, 'token=x', { ...client, secret: 'wrong' });
      expect(errorOf(answer)).toEqual([401, 'invalid_client']);
      expect(challengeOf(answer)).toMatch(/^Basic /);
    },
  },
  {
    rfc: 6749,
    section: '5.2',
    must: 'another grant is refused with 400',
    async check({ server, client }) {
      const answer = await post(server.token, 'grant_type=password', client);
      expect(answer.statusCode).toBe(400);
      if (server.name !== 'umbrella-reporting-v2') expect(answer.json().error).toBe('unsupported_grant_type');
    },
  },
];

/** What surfaces do with tokens. */
export const BEARER: readonly Clause[] = [
  {
    rfc: 6750,
    section: '2.1',
    must: 'the token is taken from the Authorization header, whatever the case of the scheme',
    async check({ server, newToken }) {
      const token = await newToken();
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
        expect((await use(server.resource, `${scheme} ${token}`)).statusCode).toBe(200);
      }
    },
  },
  {
    rfc: 6750,
    section: '3',
    must: 'a request without a token is challenged with Bearer, and told no error',
    async check({ server, client }) {
      for (const answer of [await use(server.resource), await use(server.resource, basicOf(client))]) {
        expect(answer.statusCode).toBe(401);
        expect(challengeOf(answer)).toMatch(/^Bearer realm="[^"]+"$/);
      }
    },
  },
  {
    rfc: 6750,
    section: '3.1',
    must: 'a token that is not good is answered with 401 and invalid_token',
    async check({ server, newToken }) {
      const token = await newToken();
      for (const wrong of ['x', `${token}x`, token.slice(0, -4)]) {
        const answer = await use(server.resource, `Bearer ${wrong}`);
        expect(answer.statusCode).toBe(401);
        expect(challengeOf(answer)).toContain('error="invalid_token"');
      }
    },
  },
  {
    rfc: 6750,
    section: '3.1',
    must: 'a token that may not do this is answered with 403, insufficient_scope and the scope',
    async check({ server, newToken, newClient }) {
      const { api, narrow, lacking } = server;
      const client = await newClient({ api, scopes: narrow });
      const answer = await use(server.forbidden, `Bearer ${await newToken(client)}`);
      expect(answer.statusCode).toBe(403);
      expect(challengeOf(answer)).toContain(`error="insufficient_scope", scope="${lacking}"`);
    },
  },
];
