import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Belfry, type BelfryServer, belfryOn } from '../belfry-process.ts';
import { openUsmServer, type UsmServer, usmAlarm } from '../usm-server.ts';

let folder: string;
let server: UsmServer;
let belfry: Belfry;
/** Commands speak to it, and so need not open the stores themselves. */
let serving: BelfryServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-peer-commands-'));
  server = await openUsmServer();
  server.alarms = [usmAlarm(1, Date.now())];
  belfry = belfryOn(join(folder, 'data'));
  serving = await belfry.serve();
});

afterAll(async () => {
  await serving?.stop();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const joinAs = (slug: string, ...more: string[]) => [
  'peer',
  'join',
  slug,
  '--url',
  server.url,
  '--client-id',
  server.clientId,
  ...more,
];

test('a server is joined with a secret that the command line does not show, listed, paused and forgotten', {
  timeout: 300_000,
}, async () => {
  await belfry.run(['org', 'create', 'provider', '--name', 'Provider']);
  const wrong = await belfry.run(joinAs('acme', '--parent', 'provider', '--json'), { input: 'wrong\n' });
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stderr)).toMatchObject({
    error: { code: 'bad_request', message: expect.stringContaining('refuses the client id and secret') },
  });
  expect((await belfry.run(['peer', 'list'])).stdout).toContain('No server is joined');

  const fromInput = await belfry.run(joinAs('acme', '--parent', 'provider'), { input: `${server.secret}\n` });
  expect(fromInput).toMatchObject({ code: 0, stdout: expect.stringContaining('is joined as acme') });
  const fromEnvironment = await belfry.run(joinAs('other', '--parent', 'provider', '--json'), {
    env: { PEER_SECRET: server.secret },
  });
  expect(JSON.parse(fromEnvironment.stdout)).toMatchObject({ organization: 'other', url: server.url, enabled: true });
  expect(JSON.stringify([fromInput, fromEnvironment])).not.toContain(server.secret);

  expect(JSON.parse((await belfry.run(['peer', 'pause', 'acme', '--json'])).stdout)).toMatchObject({ enabled: false });
  expect((await belfry.run(['peer', 'list'])).stdout).toMatch(/^acme +http:\S+ +paused/m);
  expect((await belfry.run(['peer', 'resume', 'acme'])).stdout).toContain('is asked again');
  expect((await belfry.run(['peer', 'leave', 'acme'])).stdout).toContain('its alarms stay with acme');
  expect(await belfry.run(['peer', 'leave', 'acme'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has joined no server'),
  });
  expect(JSON.parse((await belfry.run(['peer', 'list', '--json'])).stdout)).toHaveLength(1);
});

test('a client for Central is made and deleted', async () => {
  const create = (name: string) =>
    belfry.run(['client', 'create', 'provider', '--name', name, '--api', 'usm-central', '--json']);
  const refused = await create('my soar');
  expect(JSON.parse(refused.stderr).error.message).toContain('must be letters and digits');
  const { clientId, api } = JSON.parse((await create('Soar1')).stdout);
  expect(api).toBe('usm-central');
  expect(JSON.parse((await belfry.run(['client', 'delete', clientId, '--json'])).stdout)).toMatchObject({ clientId });
  expect(JSON.parse((await belfry.run(['client', 'list', '--json'])).stdout)).toEqual([]);
});
