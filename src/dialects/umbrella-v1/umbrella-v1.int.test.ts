import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openV1World, type V1World, v1PathsOf } from '../../../test/umbrella-v1-world.ts';
import { TEST_ACTOR, type World } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';

let world: World;
let ask: V1World['ask'];
let keyOf: V1World['keyOf'];

beforeAll(async () => {
  ({ world, ask, keyOf } = await openV1World());
});

afterAll(() => world?.close());

test('every answer has the vendor’s headers', async () => {
  const { branch } = world.organizations;
  for (const path of [...v1PathsOf(branch), '/v1/nothing', '/v1//organizations/x/']) {
    const answer = await ask(path, keyOf(branch));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'access-control-allow-origin': '*',
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
  }
});

describe('a destination', () => {
  const named = (destination: string, query = '') =>
    ask(
      `/v1/organizations/${world.organizations.branch.id}/destinations/${destination}/${query}`,
      keyOf(world.organizations.branch),
    );

  test('is one, however it is spelt', async () => {
    const expected = (await named('shared.example', 'activity')).json();
    expect(expected.requests).toHaveLength(4);
    for (const spelling of ['SHARED.Example', 'shared.example.', 'shared%2Eexample', '%73hared.example']) {
      expect((await named(spelling, 'activity')).json(), spelling).toEqual(expected);
    }
    expect((await named('hared.example', 'activity')).json()).toEqual({ requests: [] });
    expect((await named('sub.shared.example', 'activity')).json()).toEqual({ requests: [] });
  });

  test('has its activity page by page, newest first', async () => {
    const times = async (query: string) =>
      (await named('shared.example', `activity?${query}`))
        .json()
        .requests.map((each: { datetime: string }) => each.datetime);
    const all = await times('');
    expect(all).toEqual(all.toSorted().reverse());
    expect(await times('limit=2&offset=1')).toEqual(all.slice(1, 3));
    expect(await times('offset=4')).toEqual([]);
  });

  test('has the identities of the last 24 hours, most requests first', async () => {
    expect((await named('shared.example', 'identities')).json().identities).toEqual([
      {
        rank: 1,
        originId: expect.any(Number),
        originLabel: 'laptop-of-branch',
        originType: 'roaming',
        numberOfRequests: 2,
      },
      {
        rank: 2,
        originId: expect.any(Number),
        originLabel: 'office-of-branch',
        originType: 'network',
        numberOfRequests: 1,
      },
    ]);
  });

  test('that holds slashes or nothing is told for what it is', async () => {
    const message = async (destination: string) => {
      const answer = await named(destination, 'activity');
      expect(answer.statusCode, destination).toBe(400);
      return answer.json().message;
    };
    expect(await message('https://shared.example')).toContain('without a scheme');
    expect(await message('https%3A%2F%2Fshared.example')).toContain('without a scheme');
    expect(await message('shared.example/a/b')).toContain('without a path');
    expect(await message('')).toContain('must not be empty');
    expect((await named('shared.example', 'nothing')).statusCode).toBe(404);
    expect((await named('a/b/c', 'nothing')).statusCode).toBe(404);
  });

  test('that is an address is what connections went to, as well as what was asked for', async () => {
    const { sibling } = world.organizations;
    const time = '2026-01-15T11:00:00Z';
    const connection = { time, src_ip: '10.0.0.9', dst_ip: '2001:DB8::7', verdict: 'blocked' };
    await world.load(sibling, [
      { ...connection, kind: 'ip', identity_labels: ['a'] },
      { ...connection, kind: 'firewall', identity_labels: ['b'] },
      { ...connection, kind: 'firewall', dst_ip: '10.0.0.9', src_ip: '2001:db8::7', identity_labels: ['source only'] },
      { ...connection, kind: 'intrusion', identity_labels: ['no request'] },
      { ...connection, kind: 'web', domain: 'named.example', identity_labels: ['by name'] },
      { ...connection, kind: 'web', domain: '2001:db8::7', identity_labels: ['c'] },
    ]);
    const path = (what: string) => `/v1/organizations/${sibling.id}/destinations/%5B2001:db8:0:0::7%5D/${what}`;
    const { requests } = (await ask(path('activity'), keyOf(sibling))).json();
    const labels = requests.map((each: { originLabel: string }) => each.originLabel);
    expect(labels.toSorted()).toEqual(['a', 'b', 'c']);
    const { identities } = (await ask(path('identities'), keyOf(sibling))).json();
    expect(identities.map((each: { originLabel: string }) => each.originLabel)).toEqual(['a', 'b', 'c']);
  });
});

describe('the console', () => {
  const about = async (path: string, organization = world.organizations.provider) =>
    (await ask(`/v1/organizations/${organization.id}${path}`, keyOf(organization))).json();

  test('tells what everything below has, in reverse alphabetical order', async () => {
    const { provider } = world.organizations;
    await createOrganization(world.context.control.db, {
      slug: 'zoo',
      name: 'Zoo',
      parentId: provider.id,
      actor: TEST_ACTOR,
    });
    const { totals, organizations } = await about('/detailed-summary');
    expect(organizations.map(({ name }: { name: string }) => name)).toEqual(['Zoo', 'sibling', 'office', 'branch']);
    expect(organizations.at(-1)).toEqual({
      name: 'branch',
      id: world.organizations.branch.id,
      roamingClients: { active: 1, inactive: 1, total: 2 },
      networks: { active: 1, inactive: 0, total: 1 },
      virtualAppliances: { active: 0, inactive: 1, total: 1 },
    });
    expect(totals.roamingClients).toEqual({ active: 3, inactive: 3, total: 6 });
    expect(totals.virtualAppliances).toEqual({ active: 0, inactive: 3, total: 3 });
  });

  test('counts requests of the last 24 hours, or of a window', async () => {
    const { totals, organizations } = await about('/security-summary', world.organizations.branch);
    const { id } = world.organizations.office;
    expect(totals).toEqual({ requests: 3, requestsBlocked: 1 });
    expect(organizations).toEqual([{ name: 'office', id, requests: 3, requestsBlocked: 1 }]);
    const window = `start=${Date.parse('2026-01-01') / 1000}&end=${Date.parse('2026-01-15T08:30:00Z') / 1000}`;
    expect((await about(`/security-summary?${window}`, world.organizations.branch)).totals.requests).toBe(2);
  });

  test.each(['/detailed-summary', '/security-summary'])('%s has pages, and totals over all of them', async (path) => {
    const all = await about(path);
    expect(await about(`${path}?limit=2`)).toEqual({ ...all, organizations: all.organizations.slice(0, 2) });
    expect(await about(`${path}?limit=2&offset=1`)).toEqual({ ...all, organizations: all.organizations.slice(1, 3) });
    expect(await about(`${path}?offset=99`)).toEqual({ ...all, organizations: [] });
  });
});
