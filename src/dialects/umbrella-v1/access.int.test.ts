import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicOf } from '../../../test/umbrella-credentials.ts';
import { type Headers, openV1World, type V1World, v1PathsOf } from '../../../test/umbrella-v1-world.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { disableApiClient } from '../../control/repos/api-clients.ts';
import type { Organization } from '../../model/organization.ts';

describe('access', () => {
  let world: World;
  let ask: V1World['ask'];
  let keyOf: V1World['keyOf'];

  beforeAll(async () => {
    ({ world, ask, keyOf } = await openV1World());
  });

  afterAll(() => world?.close());

  describe('credentials', () => {
    test('none and wrong ones are answered to the letter', async () => {
      const { branch } = world.organizations;
      const { client, secret } = await world.createClient(branch);
      const wrong = [
        basicOf({ client, secret: '0'.repeat(32) }),
        basicOf({ client: { id: '0'.repeat(32) }, secret }),
        basicOf({ client: { id: '' }, secret: '' }),
        { authorization: 'Basic' },
        { authorization: `Bearer ${client.id}` },
        { authorization: `Bearer ${secret}` },
        { authorization: `Bearer ${Buffer.from(`${client.id}:${secret}`).toString('base64')}` },
      ];
      for (const path of v1PathsOf(branch)) {
        const none = await ask(path);
        expect([none.statusCode, none.payload]).toEqual([401, '{"message":"Unauthorized"}']);
        expect(none.headers['www-authenticate']).toBe('Basic realm="belfry"');
        for (const headers of wrong) {
          const answer = await ask(path, headers);
          expect([answer.statusCode, answer.payload]).toEqual([
            401,
            '{"message":"Invalid authentication credentials"}',
          ]);
        }
      }
    });

    test('a token opens nothing here, and a key opens nothing where tokens do', async () => {
      const { branch } = world.organizations;
      const issued = await ask('/auth/v2/token', keyOf(branch));
      const token = { authorization: `Bearer ${issued.json().access_token}` };
      expect((await ask('/reports/v2/categories', token)).statusCode).toBe(200);
      const [path = ''] = v1PathsOf(branch);
      const refused = await ask(path, token);
      expect([refused.statusCode, refused.payload]).toEqual([401, '{"message":"Invalid authentication credentials"}']);
      const { client, secret } = await world.createClient(branch);
      for (const bearer of [client.id, secret, Buffer.from(`${client.id}:${secret}`).toString('base64')]) {
        const answer = await ask('/reports/v2/categories', { authorization: `Bearer ${bearer}` });
        expect(answer.statusCode).toBe(401);
        expect(answer.json().data.error).toBe('unauthorized');
      }
      expect((await ask('/reports/v2/categories', keyOf(branch))).statusCode).toBe(401);
    });

    test('a key for this surface works here alone, one for another does not, one for none works on both', async () => {
      const { branch } = world.organizations;
      const [path = ''] = v1PathsOf(branch);
      const statuses = async (api: string | null) => {
        const headers = basicOf(await world.createClient(branch, { api }));
        return [(await ask(path, headers)).statusCode, (await ask('/auth/v2/token', headers)).statusCode];
      };
      expect(await statuses('umbrella-reporting-v1')).toEqual([200, 401]);
      expect(await statuses('umbrella-reporting-v2')).toEqual([401, 200]);
      expect(await statuses(null)).toEqual([200, 200]);
    });

    test('a key that was disabled ends at once', async () => {
      const { branch } = world.organizations;
      const made = await world.createClient(branch);
      const [path = ''] = v1PathsOf(branch);
      expect((await ask(path, basicOf(made))).statusCode).toBe(200);
      await disableApiClient(world.context.control.db, { id: made.client.id, actor: TEST_ACTOR });
      expect((await ask(path, basicOf(made))).statusCode).toBe(401);
    });

    test('a key with some scopes does what they say', async () => {
      const { branch } = world.organizations;
      const statuses = async (scope: string) => {
        const headers = basicOf(await world.createClient(branch, { scopes: [scope] }));
        return Promise.all(v1PathsOf(branch).map(async (path) => (await ask(path, headers)).statusCode));
      };
      expect(await statuses('reports.granularEvents:read')).toEqual([200, 200, 403, 403, 403]);
      expect(await statuses('REPORTS.aggregations:read')).toEqual([403, 403, 200, 403, 403]);
      expect(await statuses('reports.customers:read')).toEqual([403, 403, 403, 200, 200]);
      const headers = basicOf(await world.createClient(branch, { scopes: ['reports.utilities:read'] }));
      expect((await ask(v1PathsOf(branch)[0] ?? '', headers)).payload).toBe(
        '{"message":"the credential lacks the scope reports.granularEvents:read"}',
      );
    });
  });

  describe('organizations', () => {
    test('out of reach are answered as those that do not exist', async () => {
      const { provider, branch, office, sibling, stranger } = world.organizations;
      const outOfReach: [Organization, Organization[]][] = [
        [branch, [provider, sibling, stranger]],
        [office, [provider, branch, sibling, stranger]],
        [provider, [stranger]],
      ];
      const telling = async (path: string, headers: Headers) => {
        const { statusCode, payload, headers: answered } = await ask(path, headers);
        const { date: _date, 'x-request-id': _id, ...others } = answered;
        return { statusCode, payload, others };
      };
      for (const [caller, foreign] of outOfReach) {
        const nobody = await Promise.all(v1PathsOf({ id: 4_000_000 }).map((path) => telling(path, keyOf(caller))));
        for (const { statusCode, payload } of nobody) {
          expect([statusCode, payload]).toEqual([403, '{"message":"invalid organization"}']);
        }
        for (const organization of foreign) {
          const answers = await Promise.all(v1PathsOf(organization).map((path) => telling(path, keyOf(caller))));
          expect(answers, `${caller.slug} → ${organization.slug}`).toEqual(nobody);
        }
      }
      for (const id of ['0', '-1', '1000002x', '01000002', '1e6', '%20', '9'.repeat(400)]) {
        const answer = await ask(`/v1/organizations/${id}/security-activity`, keyOf(branch));
        expect([answer.statusCode, answer.payload], id).toEqual([403, '{"message":"invalid organization"}']);
      }
    });

    test('below the key answer for themselves alone', async () => {
      const { provider, branch } = world.organizations;
      for (const [index, path] of v1PathsOf(branch).entries()) {
        const own = await ask(path, keyOf(branch));
        expect((await ask(path, keyOf(provider))).payload).toBe(own.payload);
        if (index < 3) expect(own.payload).toContain('laptop-of-branch');
        expect(own.payload).not.toMatch(/of-(provider|sibling|stranger|office)/);
      }
    });
  });
});

test('requests are counted by minute and organization', async () => {
  const limited = await openWorld({ limits: { requestsPerSecond: 1, tokensPerMinute: 0 } });
  try {
    const { provider, branch, sibling } = limited.organizations;
    const headers = basicOf(await limited.createClient(provider));
    const about = ({ id }: Organization) =>
      limited.app.inject({ url: `/v1/organizations/${id}/security-activity?limit=0`, headers });
    const first = await about(branch);
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit-minute': '60', 'x-ratelimit-remaining-minute': '59' });
    const burst = await Promise.all(Array.from({ length: 60 }, () => about(branch)));
    const refused = burst.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.payload).toBe('{"message":"API rate limit exceeded"}');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await about(sibling)).statusCode).toBe(400);
  } finally {
    await limited.close();
  }
});
