import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARAMETERS } from '../../src/dialects/umbrella-v2/parameters.ts';
import { ROUTES } from '../../src/dialects/umbrella-v2/routes/index.ts';
import { umbrellaV2Contract } from '../contract/umbrella-v2.ts';
import { HOSTILE_VALUES } from '../hostile-values.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
let authorization: string;
let port: number;

beforeAll(async () => {
  world = await openWorld();
  const records = [0, 1, 2].map((hour) => ({
    time: `2026-01-15T0${hour}:00:00Z`,
    kind: 'dns',
    domain: `host${hour}.example`,
    verdict: 'allowed',
    src_ip: '10.0.0.1',
    query_type: 'A',
  }));
  await world.load(world.organizations.branch, records);
  authorization = (await umbrellaV2Contract.signIn(world)).authorization ?? '';
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  port = (world.app.server.address() as AddressInfo).port;
});

afterAll(() => world?.close());

/** Every path a report has, with a kind in it and without. */
const PATHS = ROUTES.filter((route) => route.method === undefined).flatMap(({ path, types = [] }) => [
  path.replace(':id', '1'),
  ...types.map((type) => `${path}/${type}`),
]);
const NAMES = Object.values(PARAMETERS).map((parameter) => parameter.name);

interface Probe {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
}

function urlOf({ path, query }: Probe): string {
  const text = query.map(([name, value]) => `${encodeURIComponent(name)}=${encoded(value)}`).join('&');
  return `/reports/v2${path}?from=1768435200000&to=1768521600000&${text}`;
}

/** A lone surrogate has no encoding: it goes as the bytes that would be its, which are no UTF-8. */
function encoded(value: string): string {
  const surrogate = /[\ud800-\udfff]/u;
  return value.split(surrogate).map(encodeURIComponent).join('%ED%A0%80');
}

/** Undefined where the answer is a good one, or a refusal in the vendor's words. */
async function faultOf(probe: Probe): Promise<string | undefined> {
  const answer = await world.app.inject({ url: urlOf(probe), headers: { authorization } });
  const about = `${urlOf(probe).slice(0, 200)}: ${answer.statusCode} ${answer.payload.slice(0, 200)}`;
  if (![200, 400, 404].includes(answer.statusCode)) return about;
  if (!answer.headers['content-type']?.toString().startsWith('application/json')) return about;
  const body = answer.json();
  if (answer.payload.length > 20_000 && answer.statusCode !== 200) return about;
  return answer.statusCode === 200 || body.statusCode === answer.statusCode ? undefined : about;
}

async function faultsOf(probes: readonly Probe[]): Promise<string[]> {
  const faults: string[] = [];
  const queue = probes.values();
  const work = async () => {
    for (const probe of queue) {
      const fault = await faultOf(probe);
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return faults;
}

describe('a parameter that attacks', () => {
  test('is answered or refused, whatever the route and the parameter', async () => {
    // Every value meets every parameter, and every parameter every path; not every three of them.
    const probes = NAMES.flatMap((name, at) => {
      const longer = Math.max(PATHS.length, HOSTILE_VALUES.length);
      return Array.from(
        { length: longer },
        (_, index): Probe => ({
          path: PATHS[index % PATHS.length] ?? '',
          query: [[name, HOSTILE_VALUES[(index + at) % HOSTILE_VALUES.length] ?? '']],
        }),
      );
    });
    expect(await faultsOf(probes)).toEqual([]);
  });

  test('is answered or refused as a path', async () => {
    const places = ['/identities/', '/threat-types/', '/threat-names/', '/activity/', '/top-identities/', '/'];
    const faults: string[] = [];
    for (const place of places) {
      for (const value of HOSTILE_VALUES) {
        const url = `/reports/v2${place}${encoded(value)}`;
        const { statusCode } = await world.app.inject({ url, headers: { authorization } });
        if (![200, 400, 404].includes(statusCode)) faults.push(`${url.slice(0, 200)}: ${statusCode}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('is answered or refused with others, made up at random', async () => {
    const value = fc.oneof(fc.constantFrom(...HOSTILE_VALUES), fc.string({ unit: 'binary', maxLength: 40 }));
    const probe = fc.record({
      path: fc.constantFrom(...PATHS),
      query: fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 3 }),
    });
    const check = fc.asyncProperty(probe, async (made) => {
      expect(await faultOf(made)).toBeUndefined();
    });
    await fc.assert(check, { numRuns: 1_000, seed: 20_260_115 });
  });

  test('matches nothing where it is a filter', async () => {
    for (const name of ['domains', 'urls', 'threats', 'threattypes', 'sha256', 'filename']) {
      for (const value of ["' OR 1=1 --", "') OR ('1'='1", '%', '_', '\\']) {
        const answer = await world.app.inject({
          url: urlOf({ path: '/activity', query: [[name, value]] }),
          headers: { authorization },
        });
        expect(answer.json().data, `${name}=${value}`).toEqual([]);
      }
    }
  });
});

describe('a body that attacks', () => {
  test.each([
    ['nothing', ''],
    ['half of it', '{"identityids":[1'],
    ['a number', '1'],
    ['null', 'null'],
    ['a prototype', '{"__proto__":{"identityids":[1]}}'],
    ['depth', '['.repeat(100_000)],
    ['depth that is closed', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['one item too many', JSON.stringify({ identityids: Array.from({ length: 5_001 }, (_, index) => index) })],
    ['huge numbers', '{"identityids":[1e400]}'],
    ['SQL', '{"identityids":["1) OR (1=1"]}'],
    ['NUL', '{"identityids":["1\\u0000"]}'],
  ])('is refused: %s', async (_, payload) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/reports/v2/identities',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.payload.length).toBeLessThan(2_000);
  });

  test('of five thousand items is answered, of two megabytes refused', async () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => index);
    const post = (payload: string) =>
      world.app.inject({ method: 'POST', url: '/reports/v2/identities', headers: { authorization }, payload });
    expect((await post(JSON.stringify({ identityids: ids }))).statusCode).toBe(200);
    expect((await post('x'.repeat(2 ** 21))).statusCode).toBe(413);
  });

  test.each([
    'application/json; charset=utf-7',
    'text/plain',
    'multipart/form-data; boundary=x',
    ';;;',
    'a/b/c',
    '\u00ff',
  ])('of type %s is answered or refused', async (type) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/reports/v2/identities',
      headers: { authorization, 'content-type': type },
      payload: '{"identityids":[1]}',
    });
    expect([200, 415]).toContain(answer.statusCode);
  });
});

/** Sends bytes as they are and returns the first line of what came back, or what became of the connection. */
async function sendRaw(bytes: string, { halfClose = false } = {}): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  const over = once(socket, 'close').catch(() => undefined);
  socket.write(bytes, 'latin1');
  if (halfClose) socket.end();
  while (!answer.includes('\r\n') && !socket.closed) await Promise.race([over, sleep(20)]);
  socket.destroy();
  return answer.split('\r\n', 1)[0] ?? '';
}

const isAlive = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200;

describe('a connection that attacks', () => {
  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;

  test.each([
    ['a header line of 100 kB', () => get('/reports/v2/activity', `X: ${'a'.repeat(100_000)}\r\n`), '431'],
    ['thousands of headers', () => get('/reports/v2/activity', `X-${'a'.repeat(20)}: a\r\n`.repeat(5_000)), '431'],
    ['an address of 100 kB', () => get(`/reports/v2/activity?domains=${'a'.repeat(100_000)}`), '431'],
    ['a broken percent sign', () => get('/reports/v2/%zz'), '400'],
    ['a broken percent sign in the query', () => get('/reports/v2/activity?from=%zz'), '401'],
    ['no HTTP', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n', '400'],
    ['another version', () => 'GET / HTTP/9.9\r\n\r\n', '400'],
    ['a method nobody knows', () => 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
    [
      'two lengths',
      () => 'POST /reports/v2/identities HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      '400',
    ],
    [
      'length and chunks',
      () =>
        'POST /reports/v2/identities HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['a path above the root', () => get('/../../etc/passwd'), '404'],
    ['OPTIONS', () => 'OPTIONS /reports/v2/activity HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '405'],
    ['OPTIONS of everything', () => 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '405'],
  ])('with %s is refused', async (_, bytes, status) => {
    expect(await sendRaw(bytes())).toContain(` ${status} `);
    expect(await isAlive()).toBe(true);
  });

  test('with a path that cannot be decoded is answered as the surface it meant answers', async () => {
    const vendor = await fetch(`http://127.0.0.1:${port}//reports/v2/identities/%zz`, { headers: { authorization } });
    expect(await vendor.json()).toMatchObject({ meta: {}, data: { errors: expect.any(Array) }, statusCode: 400 });
    const ours = await fetch(`http://127.0.0.1:${port}/belfry/v1/%zz`);
    expect(await ours.json()).toMatchObject({ error: { code: 'bad_request' } });
  });

  test('by chunks that are cut short is let go', async () => {
    const head = `POST /reports/v2/identities HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`;
    await sendRaw(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"i`, { halfClose: true });
    await sendRaw(`${head}Content-Length: 500\r\n\r\n{"i`, { halfClose: true });
    await sendRaw(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
    expect(await isAlive()).toBe(true);
  });

  test('by hundreds that never finish their request keeps nobody waiting', async () => {
    const sockets: Socket[] = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
    try {
      for (const socket of sockets)
        socket.on('error', () => undefined).write('GET /reports/v2/activity HTTP/1.1\r\nHost:');
      expect(await isAlive()).toBe(true);
      const answer = await fetch(`http://127.0.0.1:${port}/reports/v2/categories`, { headers: { authorization } });
      expect(answer.status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});
