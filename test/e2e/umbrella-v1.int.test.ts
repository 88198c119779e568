import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../world.ts';

// Reporting v1 as scripts of its time call it: with curl, from a shell (spec umbrella.md, section 9).

const run = promisify(execFile);

let world: World;
let base: string;
let user: string;

beforeAll(async () => {
  world = await openWorld();
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const { branch } = world.organizations;
  base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}/v1/organizations/${branch.id}`;
  const { client, secret } = await world.createClient(branch);
  user = `${client.id}:${secret}`;
  await world.load(
    branch,
    Array.from({ length: 25 }, (_, index) => ({
      time: new Date(world.nowMs - Math.floor(index / 4) * 60_000).toISOString(),
      kind: 'dns',
      domain: `host${index}.example`,
      src_ip: '10.0.0.7',
      verdict: 'blocked',
      category_labels: ['Malware', 'Games'],
    })),
  );
});

afterAll(() => world?.close());

/** Status and body. */
async function curl(...args: string[]): Promise<{ status: number; body: string }> {
  const { stdout } = await run('curl', ['-s', '-w', '\n%{http_code}', ...args]);
  const [, body = '', status] = /^([\s\S]*)\n(\d+)$/.exec(stdout) ?? [];
  return { status: Number(status), body };
}

test('a script walks the blocked events of the day', async () => {
  const names: string[] = [];
  let place = '';
  do {
    const { body } = await curl('-u', user, `${base}/security-activity?limit=10&start=&stop=${place}`);
    const { requests, stopTimestamp } = JSON.parse(body);
    names.push(...requests.map((request: { destination: string }) => request.destination));
    place = stopTimestamp === undefined ? '' : `&stopTimestamp=${stopTimestamp}`;
  } while (place !== '');
  expect(names).toHaveLength(25);
  expect(new Set(names).size).toBe(25);
});

test('a plugin asks what happened since it asked last, and who it was', async () => {
  const start = Math.floor(world.nowMs / 1000) - 60;
  const { body } = await curl(
    '-u',
    user,
    '-H',
    'Content-Type: application/json',
    `${base}/security-activity?start=${start}`,
  );
  const { requests } = JSON.parse(body);
  expect(requests).toHaveLength(8);
  expect(requests[0]).toMatchObject({ categories: ['Malware', 'Games'], tags: [], actionTaken: 'BLOCKED' });
  const who = await curl('-u', user, `${base}/destinations/${requests[0].destination}/identities`);
  expect(JSON.parse(who.body).identities[0]).toMatchObject({ rank: 1, originLabel: '10.0.0.7', originType: 'network' });
});

test('a wrong call learns what was wrong', async () => {
  expect(await curl(`${base}/security-activity`)).toEqual({ status: 401, body: '{"message":"Unauthorized"}' });
  expect(await curl('-u', 'key:secret', `${base}/security-activity`)).toEqual({
    status: 401,
    body: '{"message":"Invalid authentication credentials"}',
  });
  const milliseconds = await curl('-u', user, `${base}/security-activity?start=${world.nowMs}`);
  expect(milliseconds.status).toBe(400);
  expect(milliseconds.body).toContain(`seconds belong here: ${world.nowMs / 1000}`);
  const url = await curl('-u', user, '--path-as-is', `${base}/destinations/https://host1.example/activity`);
  expect(url.status).toBe(400);
  expect(url.body).toContain('without a scheme');
});
