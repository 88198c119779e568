import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readServerFile } from '../../src/cli/server-file.ts';
import { openUsmServer, type UsmServer, usmAlarm } from '../usm-server.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

let folder: string;
let server: UsmServer;
/** Commands speak to it, and so need not open the stores themselves. */
let serving: ChildProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-peer-commands-'));
  server = await openUsmServer();
  server.alarms = [usmAlarm(1, Date.now())];
  serving = start(['serve'], { BELFRY_PORT: '0', BELFRY_LOG_LEVEL: 'error' });
  while ((await readServerFile(join(folder, 'data'))) === undefined) {
    if (serving.exitCode !== null) throw new Error(`the server ended with ${serving.exitCode}`);
    await sleep(50);
  }
});

afterAll(async () => {
  if (serving?.exitCode === null) {
    const ended = once(serving, 'exit');
    serving.kill('SIGTERM');
    await ended;
  }
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { PATH: process.env.PATH, BELFRY_DATA: join(folder, 'data'), BELFRY_DEMO: '0', ...env },
  });
}

async function belfry(args: readonly string[], { env = {}, input = '' }: Asked = {}) {
  const child = start(args, env);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, ...said };
}

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
  await belfry(['org', 'create', 'provider', '--name', 'Provider']);
  const wrong = await belfry(joinAs('acme', '--parent', 'provider', '--json'), { input: 'wrong\n' });
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stderr)).toMatchObject({
    error: { code: 'bad_request', message: expect.stringContaining('refuses the client id and secret') },
  });
  expect((await belfry(['peer', 'list'])).stdout).toContain('No server is joined');

  const fromInput = await belfry(joinAs('acme', '--parent', 'provider'), { input: `${server.secret}\n` });
  expect(fromInput).toMatchObject({ code: 0, stdout: expect.stringContaining('is joined as acme') });
  const fromEnvironment = await belfry(joinAs('other', '--parent', 'provider', '--json'), {
    env: { PEER_SECRET: server.secret },
  });
  expect(JSON.parse(fromEnvironment.stdout)).toMatchObject({ organization: 'other', url: server.url, enabled: true });
  expect(JSON.stringify([fromInput, fromEnvironment])).not.toContain(server.secret);

  expect(JSON.parse((await belfry(['peer', 'pause', 'acme', '--json'])).stdout)).toMatchObject({ enabled: false });
  expect((await belfry(['peer', 'list'])).stdout).toMatch(/^acme +http:\S+ +paused/m);
  expect((await belfry(['peer', 'resume', 'acme'])).stdout).toContain('is asked again');
  expect((await belfry(['peer', 'leave', 'acme'])).stdout).toContain('its alarms stay with acme');
  expect(await belfry(['peer', 'leave', 'acme'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has joined no server'),
  });
  expect(JSON.parse((await belfry(['peer', 'list', '--json'])).stdout)).toHaveLength(1);
});

test('a client for Central is made and deleted', async () => {
  const create = (name: string) =>
    belfry(['client', 'create', 'provider', '--name', name, '--api', 'usm-central', '--json']);
  const refused = await create('my soar');
  expect(JSON.parse(refused.stderr).error.message).toContain('must be letters and digits');
  const { clientId, api } = JSON.parse((await create('Soar1')).stdout);
  expect(api).toBe('usm-central');
  expect(JSON.parse((await belfry(['client', 'delete', clientId, '--json'])).stdout)).toMatchObject({ clientId });
  expect(JSON.parse((await belfry(['client', 'list', '--json'])).stdout)).toEqual([]);
});
