import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../world.ts';
import { CONTRACTS } from './contracts.ts';
import type { Credential } from './dialect-contract.ts';

let world: World;
let port: number;
const credentials = new Map<string, Credential>();

beforeAll(async () => {
  world = await openWorld();
  for (const { dialect, signIn } of CONTRACTS) credentials.set(dialect, await signIn(world));
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  port = (world.app.server.address() as AddressInfo).port;
});

afterAll(() => world?.close());

/** The whole answer to bytes that are sent as they are. */
async function sendRaw(lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`${[...lines, 'Connection: close', '', ''].join('\r\n')}`);
  await once(socket, 'close');
  return answer;
}

const DEEP = '['.repeat(3_000) + ']'.repeat(3_000);

describe.each(CONTRACTS)('$dialect', ({ dialect, describedPaths }) => {
  const [path = '/'] = describedPaths;
  const pathOnly = path.replace(/^https?:\/\/[^/]+/, '');
  const authorization = () => credentials.get(dialect)?.authorization ?? '';

  test('keeps answers out of caches', async () => {
    for (const url of describedPaths) {
      const good = await world.app.inject({ url, headers: credentials.get(dialect) ?? {} });
      expect(good.headers['cache-control'], url).toMatch(/no-store|no-cache/);
      const refused = await world.app.inject({ url });
      expect(refused.headers['cache-control'], url).toMatch(/no-store|no-cache/);
    }
  });

  test.each([
    ['two hosts', ['Host: a.example', 'Host: b.example']],
    ['no host', []],
    ['an empty host', ['Host:']],
    ['a host with a path', ['Host: a.example/x']],
    ['a host with a user', ['Host: a@b.example']],
    ['a host with markup', ['Host: "><script>']],
    ['a host with a wrong port', ['Host: a.example:port']],
  ])('refuses a request with %s', async (_, hosts) => {
    const answer = await sendRaw([`GET ${pathOnly} HTTP/1.1`, ...hosts, `Authorization: ${authorization()}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain(' at ');
  });

  test.each(['a.example', 'A.example:8443', '[::1]:80', '127.0.0.1', 'a_b.example'])(
    'serves the host %s',
    async (host) => {
      const answer = await sendRaw([`GET ${pathOnly} HTTP/1.1`, `Host: ${host}`, `Authorization: ${authorization()}`]);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});

test('a probe needs no host', async () => {
  expect(await sendRaw(['GET /healthz HTTP/1.0'])).toMatch(/^HTTP\/1\.1 200 /);
});

test('headers that say how a request was forwarded are believed of nobody', async () => {
  const { payload } = await world.app.inject({
    url: '/api/2.0/alarms',
    headers: { ...credentials.get('usm-anywhere'), 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  });
  expect(payload).not.toContain('evil.example');
});

describe('JSON that is nested deep is 400', () => {
  test.each([
    ['umbrella-reporting-v2', 'POST', '/reports/v2/identities', DEEP],
    ['clumio', 'POST', '/organizational-units', DEEP],
    ['clumio', 'POST', '/reports/compliance/configurations', `{"name":"x","parameter":${DEEP}}`],
    ['clumio', 'GET', `/audit-trails?filter=${encodeURIComponent(DEEP)}`, undefined],
    ['belfry-v1', 'POST', '/belfry/v1/organizations', `{"slug":${DEEP}}`],
    ['belfry-v1', 'POST', '/belfry/v1/organizations/branch/labels', DEEP],
    ['usm-anywhere', 'POST', '/api/2.0/oauth/token', DEEP],
  ] as const)('%s %s %s', async (dialect, method, url, payload) => {
    const answer = await world.app.inject({
      method,
      url,
      headers: { ...credentials.get(dialect), 'content-type': 'application/json' },
      ...(payload !== undefined && { payload }),
    });
    expect(answer.statusCode, answer.payload.slice(0, 300)).toBeLessThan(500);
    expect(answer.statusCode, answer.payload.slice(0, 300)).toBeGreaterThanOrEqual(400);
    if (dialect !== 'usm-anywhere') expect(answer.statusCode).toBe(400);
  });
});

describe('the documents', () => {
  const page = `/docs/${CONTRACTS[0]?.dialect}`;

  test.each(['/static/../x', '/static/..%2fx', '/static/%2e%2e/x', '/static/..%5cx', '/static/a/../../x', '/../x'])(
    'have nothing at %s',
    async (path) => {
      const answer = await sendRaw([`GET ${page}${path} HTTP/1.1`, 'Host: x']);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).not.toContain('node_modules');
    },
  );

  test('load nothing from elsewhere and are shown in no frame', async () => {
    const { headers, payload } = await world.app.inject(page);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'"),
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(payload).not.toMatch(/<script>|<style|onload=/);
  });
});
