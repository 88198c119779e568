import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { raiseAlarms, USM, type UsmClient, usmClient } from '../../../test/usm-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';

/** A client of the branch, in a world where each organization has an alarm. */
async function openHosts(usmDomain: string | null): Promise<{ world: World; client: UsmClient }> {
  const world = await openWorld({ usmDomain });
  const organizations = Object.values(world.organizations);
  await raiseAlarms(
    world,
    organizations.map((organization) => testMatch(organization)),
  );
  return { world, client: await usmClient(world, world.organizations.branch) };
}

/** The organization that answers at a host, or the error. */
async function answering(client: UsmClient, host: string, headers = {}): Promise<unknown> {
  const body = (await client.ask('/alarms', { headers: { host, ...headers } })).json();
  return body.error ?? body._embedded.alarms[0]?.x_att_tenant_subdomain;
}

describe('without a domain', () => {
  let world: World;
  let client: UsmClient;

  beforeAll(async () => {
    ({ world, client } = await openHosts(null));
  });

  afterAll(() => world?.close());

  test.each(['branch.example', 'BRANCH.deep.example:8443', 'branch', 'reports.example', 'localhost:8787', '[::1]:80'])(
    '%s leaves a client at its own organization',
    async (host) => {
      expect(await answering(client, host)).toBe('branch');
    },
  );

  test('the first label of any host may name an organization that the client reaches', async () => {
    expect(await answering(client, 'office.example')).toBe('office');
    // One out of reach means as little as one that nobody has.
    for (const slug of ['provider', 'sibling', 'stranger', 'nobody']) {
      expect(await answering(client, `${slug}.example`), slug).toBe('branch');
    }
  });

  test('an address names nobody', async () => {
    await createOrganization(world.context.control.db, { slug: '10', name: 'ten', actor: TEST_ACTOR });
    expect(await answering(client, '10.0.0.1')).toBe('branch');
  });
});

describe('with a domain', () => {
  let world: World;
  let client: UsmClient;

  beforeAll(async () => {
    ({ world, client } = await openHosts('usm.example'));
  });

  afterAll(() => world?.close());

  test('only hosts in it name organizations', async () => {
    for (const host of ['usm.example', 'stranger.example', 'stranger.usm.example.org', 'branch.usm.example']) {
      expect(await answering(client, host), host).toBe('branch');
    }
    expect(await answering(client, 'Office.USM.example:8443')).toBe('office');
  });

  test('a stranger learns of no organization', async () => {
    const bodies = new Set<string>();
    for (const name of ['provider', 'sibling', 'stranger', 'nobody', 'branch.office', 'x'.repeat(200)]) {
      const answer = await client.ask('/alarms', { headers: { host: `${name}.usm.example` } });
      expect(answer.statusCode, name).toBe(403);
      bodies.add(answer.payload);
    }
    expect(bodies.size).toBe(1);
  });

  test('forwarded headers count for nothing while no proxy is trusted', async () => {
    expect(await answering(client, 'branch.usm.example', { 'x-forwarded-host': 'office.usm.example' })).toBe('branch');
  });

  test('links lead to where the client is', async () => {
    const answer = await client.ask('/alarms/?size=1', { headers: { host: 'office.usm.example:8443' } });
    const { _links: links, _embedded: embedded } = answer.json();
    const origin = 'http://office.usm.example:8443';
    expect(links.self.href).toBe(`${origin}${USM}/alarms/?size=1`);
    expect(links.first.href).toBe(`${origin}${USM}/alarms/?page=0&size=1&sort=timestamp_occured,desc`);
    expect(embedded.alarms[0]._links.self.href).toBe(`${origin}${USM}/alarms/${embedded.alarms[0].uuid}`);
  });
});
