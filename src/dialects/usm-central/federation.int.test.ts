import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR } from '../../../test/peer-world.ts';
import { type UsmClient, usmClient, walk } from '../../../test/usm-api.ts';
import { openUsmServer, type UsmServer, usmAlarm } from '../../../test/usm-server.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { createPeerPuller, joinPeer, pausePeer } from '../../core/peers/index.ts';

const CENTRAL = '/api/1.1';

let world: World;
let server: UsmServer;
let provider: UsmClient;

const SENSOR = '7f0a3c55-8f5b-4a5e-8a2b-b0f1d7a9c3e2';

beforeAll(async () => {
  world = await openWorld();
  server = await openUsmServer();
  server.alarms = [0, 1, 2].map((index) =>
    usmAlarm(index, world.nowMs - 3_600_000 + index, {
      alarm_sensor_sources: [SENSOR],
      _links: { self: { href: `${server.url}/api/2.0/alarms/x`, templated: false } },
    }),
  );
  const { url, clientId, secret } = server;
  const input = { organization: 'acme', parent: 'branch', name: 'Acme Ltd', url, clientId, secret };
  await joinPeer(world.context, OPERATOR, input, world.deps);
  const client = { api: 'usm-central' };
  provider = await usmClient(world, world.organizations.provider, { prefix: CENTRAL, client });
});

afterAll(async () => {
  await world?.close();
  await server?.close();
});

async function pull(): Promise<void> {
  const { tokenKey } = world.deps;
  const options = { intervalMs: 15_000, requestsPerSecond: 1000, tokenKey, log: { warn: () => undefined } };
  const puller = createPeerPuller(world.context, options);
  while (await puller.pullNext(new AbortController().signal));
}

const acme = async (client = provider) =>
  (await client.ask('/deployments')).json().find((one: { displayName: string }) => one.displayName === 'Acme Ltd');

test('a joined server is a deployment, connected while it answers', async () => {
  const before = await acme();
  expect(before).toMatchObject({
    id: 'cn://acme.usm.example',
    fqdn: new URL(server.url).host,
    joinedSince: world.nowMs,
    connectionStatus: 'disconnected',
    authorized: true,
  });
  await pull();
  expect(await acme()).toEqual({ ...before, connectionStatus: 'connected' });
  world.nowMs += 120_000;
  expect(await acme()).toMatchObject({ connectionStatus: 'disconnected' });
  await pull();
  expect(await acme()).toMatchObject({ connectionStatus: 'connected' });
});

test('its alarms are among all others, as the other server answered them', async () => {
  const items = await walk(provider, '/alarms?deploymentId=cn://acme.usm.example&sort=timestamp_occured,asc&size=1');
  const ids = server.alarms.map(({ uuid }) => uuid);
  expect(items.map(({ id }) => id)).toEqual(ids);
  expect(items[0]).toMatchObject({
    tenantId: 'cn://acme.usm.example',
    alarm: { uuid: ids[0], rule_method: 'method 0', alarm_labels: [] },
    events: [{ uuid: '10000000-0000-4000-8000-000000000000', has_alarm: false }],
  });
  expect((await provider.ask(`/alarms/${ids[0]}`)).json()).toEqual(items[0]);
  for (const parameter of [`alarm_sensor_sources=${SENSOR}`, `tenantId=${new URL(server.url).host}`]) {
    expect(await walk(provider, `/alarms?${parameter}`), parameter).toHaveLength(3);
  }
});

test('they are USM Anywhere’s too, under the host of their organization, with links that lead here', async () => {
  const anywhere = await usmClient(world, world.organizations.provider);
  const listed = await walk(anywhere, `http://acme.usm.example/api/2.0/alarms?alarm_sensor_sources=${SENSOR}`);
  expect(listed).toHaveLength(3);
  expect(JSON.stringify(listed)).not.toContain(server.url);
});

test('another provider sees neither the server nor its alarms', async () => {
  const client = { api: 'usm-central' };
  for (const organization of [world.organizations.stranger, world.organizations.sibling]) {
    const other = await usmClient(world, organization, { prefix: CENTRAL, client });
    expect(await acme(other)).toBeUndefined();
    expect((await other.ask(`/alarms/${server.alarms[0]?.uuid}`)).statusCode).toBe(404);
  }
});

test('a paused server is neither connected nor authorized', async () => {
  await pausePeer(world.context, OPERATOR, 'acme');
  expect(await acme()).toMatchObject({ connectionStatus: 'disconnected', authorized: false });
});
