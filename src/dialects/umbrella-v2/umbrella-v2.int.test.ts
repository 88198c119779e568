import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../../test/contract/dialect-contract.ts';
import type { TestRecord } from '../../../test/records-format.ts';
import { signIn } from '../../../test/umbrella-credentials.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { horizon } from '../../control/ledger.ts';

/** DNS requests, one a minute before noon, and a web request at noon. */
function traffic(): TestRecord[] {
  const dns = Array.from({ length: 20 }, (_, index) => ({
    time: `2026-01-15T11:${30 + index}:00.123456Z`,
    kind: 'dns',
    domain: `host${index}.example`,
    query_type: 'A',
    src_ip: '10.1.2.3',
    category_labels: index % 2 === 0 ? ['Malware'] : ['News', 'Phishing'],
    verdict: index % 2 === 0 ? 'blocked' : 'allowed',
  }));
  return [
    ...dns,
    { time: '2026-01-15T12:00:00.999Z', kind: 'web', domain: 'web.example', url: 'https://web.example/' },
  ];
}

const HOUR = 'from=2026-01-15T11:00:00Z&to=2026-01-15T12:00:00.999Z';

describe('reports of Umbrella v2', () => {
  let world: World;
  let headers: Credential;

  beforeAll(async () => {
    world = await openWorld({ noisyDomains: ['host0.example'] });
    headers = await signIn(world, world.organizations.branch);
    await world.load(world.organizations.branch, traffic());
  });

  afterAll(() => world?.close());

  const get = (path: string, more: Record<string, string> = {}) =>
    world.app.inject({ url: `/reports/v2${path}`, headers: { ...headers, ...more } });

  const count = async (query: string, more: Record<string, string> = {}): Promise<number> =>
    (await get(`/total-requests?${HOUR}&${query}`, more)).json().data.count;

  test('carry the vendor’s headers and envelope, to the byte', async () => {
    const answer = await get('/activity?from=0&to=1');
    expect(answer.payload).toBe('{"meta":{},"data":[]}');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'content-length': '21',
      'x-content-type-options': 'nosniff',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': '*',
      'access-control-allow-origin': '',
    });
    expect(answer.headers['access-control-allow-headers']).toContain('x-traffic-type');
    expect(answer.headers.link).toBeUndefined();
  });

  test.each([
    '/reports/v2//activity//dns',
    '/reports/v2/activity/dns/',
    '/v2//organizations/ID/activity/dns',
    '/v2/organizations/ID/activity/dns',
    '/organizations/ID/activity/dns',
  ])('are found at %s', async (path) => {
    const url = `${path.replace('ID', String(world.organizations.branch.id))}?${HOUR}&limit=3`;
    const answer = await world.app.inject({ url, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().data).toHaveLength(3);
  });

  test('are found by their exact names only, kinds included', async () => {
    for (const path of [
      '/Activity',
      '/activity/DNS',
      '/activity/smoke',
      '/top-identities/smoke',
      '/summary/dns/x',
      '/',
    ]) {
      expect((await get(`${path}?${HOUR}`)).statusCode, path).toBe(404);
    }
    expect((await get(`/top-categories/firewall?${HOUR}`)).json()).toEqual({ meta: {}, data: [] });
    expect((await get(`/total-requests/intrusion?${HOUR}`)).json().data).toEqual({ count: 0 });
  });

  test('answer HEAD without a body', async () => {
    const answer = await world.app.inject({ method: 'HEAD', url: `/reports/v2/activity?${HOUR}`, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.payload).toBe('');
  });

  test('take lists in every spelling, names in any case, empty values as absent', async () => {
    expect(await count('')).toBe(21);
    expect(await count('domains=')).toBe(21);
    expect(await count('nonsense=1&limit=x')).toBe(21);
    for (const query of [
      'domains=host1.example,host2.example',
      'domains=host1.example&domains=host2.example',
      'DOMAINS=HOST1.example,%20host2.example',
    ]) {
      expect(await count(query), query).toBe(2);
    }
    expect(await count('domains=host1*.example')).toBe(11);
    expect(await count('urls=web.example')).toBe(1);
  });

  test('take any id of a category label', async () => {
    expect(await count('categories=66')).toBe(10);
    expect(await count('categories=67')).toBe(10);
    expect(await count('categories=66&categories=68')).toBe(20);
    expect(await count('categories=68&verdict=blocked')).toBe(0);
  });

  test('leave noise out when asked to', async () => {
    expect(await count('filternoisydomains=true')).toBe(20);
    expect(await count('filternoisydomains=false')).toBe(21);
  });

  test('take what is a header as a parameter too', async () => {
    expect(await count('', { 'x-traffic-type': 'proxy' })).toBe(1);
    expect(await count('x-traffic-type=proxy')).toBe(1);
    expect(await count('x-traffic-type=ip')).toBe(0);
    const minutes = await get(`/requests-by-timerange?${HOUR}`, { timerange: 'minute' });
    expect(minutes.json().data).toHaveLength(61);
    expect((await get(`/requests-by-timerange?${HOUR}&timerange=day`)).json().data).toHaveLength(1);
    expect((await get(`/requests-by-timerange?${HOUR}&timerange=week`)).statusCode).toBe(400);
  });

  test('match nothing, and fail at nothing, whatever a text holds', async () => {
    for (const text of ["' OR 1=1 --", '{f0:String}', '%25', '\\', '*'.repeat(50), 'x'.repeat(10_000), '💥', 'a\nb']) {
      const answer = await get(
        `/activity?${HOUR}&threats=${encodeURIComponent(text)}&domains=${encodeURIComponent(text)}`,
      );
      expect(answer.payload, text.slice(0, 20)).toBe('{"meta":{},"data":[]}');
    }
  });

  test('name what is missing and what is wrong, with the value cut short', async () => {
    const missing = (await get('/activity')).json();
    expect(missing.data.requiredParameters).toEqual(['from', 'to']);
    const wrong = (await get(`/activity?${HOUR}&categories=66,${'x'.repeat(5000)}`)).json();
    expect(wrong).toMatchObject({ message: 'Bad Request', code: 400, statusCode: 400, error: 'Bad Request' });
    expect(wrong.data.errors).toEqual([{ param: 'categories', value: 'x'.repeat(200), error: wrong.data.error }]);
  });

  test('keep both ends of the range, to the millisecond', async () => {
    const at = async (from: string, to: string) =>
      (await get(`/total-requests?from=${from}&to=${to}`)).json().data.count;
    expect(await at('2026-01-15T12:00:00.999Z', '2026-01-15T12:00:00.999Z')).toBe(1);
    expect(await at('2026-01-15T11:30:00.123Z', '2026-01-15T11:30:00.123Z')).toBe(1);
    expect(await at('2026-01-15T11:30:00.124Z', '2026-01-15T11:30:59Z')).toBe(0);
    expect(await at('1768476600123', '1768476600123')).toBe(1);
  });

  test('find identities by their numbers, in the body and in the path', async () => {
    const [identity] = (await get('/identities')).json().data;
    const url = '/reports/v2/identities';
    const post = (payload: string, type = 'application/json') =>
      world.app.inject({ method: 'POST', url, headers: { ...headers, 'content-type': type }, payload });
    expect((await post(JSON.stringify({ identityids: [identity.id, 1] }))).json().data).toEqual([identity]);
    expect((await post('{"identityids":[]}')).payload).toBe('{"meta":{},"data":[]}');
    for (const body of ['', '{', '[]', '{}', '{"identityids":"x"}', '{"identityids":[-1]}', '{"identityids":[1.5]}']) {
      expect((await post(body)).statusCode, body).toBe(400);
    }
    expect((await get(`/identities/${identity.id}`)).json().data).toEqual(identity);
    for (const id of ['1', 'x', '9'.repeat(300)]) {
      expect((await get(`/identities/${id}`)).statusCode, id.slice(0, 9)).toBe(404);
    }
  });

  test('serve their page and their document', async () => {
    const page = await world.app.inject('/docs/umbrella-reporting-v2/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    const document = (await world.app.inject('/docs/umbrella-reporting-v2/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/reports/v2/activity/dns');
  });
});

describe('a walk by cursor', () => {
  let world: World;
  let headers: Credential;

  beforeAll(async () => {
    world = await openWorld();
    headers = await signIn(world, world.organizations.provider);
    await world.load(world.organizations.provider, traffic());
  });

  afterAll(() => world?.close());

  const get = (query: string, path = '/activity/dns', more: Record<string, string> = {}) =>
    world.app.inject({ url: `/reports/v2${path}?${query}`, headers: { ...headers, ...more } });

  const RELATIVE = 'from=-1hours&to=now&limit=8';

  test('keeps to what it saw first, while time passes and events arrive', async () => {
    const seen: string[] = [];
    let cursor = '*';
    for (let page = 0; page < 10; page += 1) {
      const answer = (await get(`${RELATIVE}&cursor=${cursor}`)).json();
      seen.push(...answer.data.map((event: { domain: string }) => event.domain));
      if (answer.meta.cursor === undefined) break;
      cursor = answer.meta.cursor;
      world.nowMs += 600_000;
      await world.load(world.organizations.provider, [
        { time: `2026-01-15T11:3${page}:30Z`, kind: 'dns', domain: `late${page}.example` },
      ]);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `host${19 - index}.example`));
  });

  test('is not begun unless asked for', async () => {
    expect((await get(`${HOUR}&limit=1`)).json().meta).toEqual({});
    expect((await get(`${HOUR}&limit=1&cursor=`)).json().meta).toEqual({});
    expect((await get(`${HOUR}&limit=1&cursor=*`)).json().meta).toEqual({ cursor: expect.any(String) });
  });

  test('may change the size of its pages, and nothing else', async () => {
    const { cursor } = (await get(`${HOUR}&limit=2&cursor=*&domains=host*`)).json().meta;
    expect(
      (await get(`${HOUR}&limit=5&cursor=${cursor}&domains=host*&timezone=europe/berlin`)).json().data,
    ).toHaveLength(5);
    const { branch } = world.organizations;
    const refused = [
      get(`${HOUR}&cursor=${cursor}`),
      get(`${HOUR}&cursor=${cursor}&domains=host1*`),
      get(`${HOUR}&cursor=${cursor}&domains=host*&order=asc`),
      get(`${HOUR}&cursor=${cursor}&domains=host*&offset=1`),
      get(`from=-1days&to=now&cursor=${cursor}&domains=host*`),
      get(`${HOUR}&cursor=${cursor}&domains=host*`, '/activity'),
      get(`${HOUR}&cursor=${cursor}&domains=host*`, '/activity/proxy'),
      get(`${HOUR}&cursor=${cursor}&domains=host*`, '/activity/amp-retrospective'),
      get(`${HOUR}&cursor=${cursor}&domains=host*`, '/activity/dns', { 'x-umbrella-orgid': String(branch.id) }),
    ];
    for (const answer of await Promise.all(refused)) expect(answer.statusCode, answer.payload).toBe(400);
  });

  test('writes cursors that do not say how many batches there are of others', async () => {
    const { cursor } = (await get(`${HOUR}&limit=2&cursor=*`)).json().meta as { cursor: string };
    const newest = await horizon(world.context.control.db);
    const written = cursor.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(newest).toBeGreaterThan(0);
    for (const text of written) expect(text).not.toContain(`,${newest},`);
  });

  test('refuses a cursor that was altered', async () => {
    const { cursor } = (await get(`${HOUR}&limit=2&cursor=*`)).json().meta as { cursor: string };
    const flipped = Buffer.from(cursor, 'base64url').map((byte, index) => (index === 20 ? byte ^ 1 : byte));
    const spelt = [
      `${cursor}A`,
      cursor.slice(0, -1),
      `${cursor}=`,
      `${cursor}.`,
      `${cursor.slice(0, -1)}*`,
      '.',
      'x',
      '**',
    ];
    for (const altered of [Buffer.from(flipped).toString('base64url'), ...spelt]) {
      const answer = await get(`${HOUR}&cursor=${altered}`);
      expect(answer.statusCode, altered).toBe(400);
      expect(answer.json().data.errors[0].param).toBe('cursor');
    }
  });
});

test('five requests in a second pass, the sixth says when to come back', async () => {
  const world = await openWorld({ limits: { requestsPerSecond: 5, tokensPerMinute: 0 } });
  try {
    const headers = await signIn(world, world.organizations.branch);
    const ask = () => world.app.inject({ url: '/reports/v2/threat-types', headers });
    // A second that began with the first: six in a row take a small part of it.
    const answers = [await ask(), await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers).toMatchObject({
      'x-ratelimit-limit-second': '5',
      'x-ratelimit-remaining-second': '4',
      'ratelimit-limit': '5',
      'ratelimit-remaining': '4',
      'ratelimit-reset': '1',
    });
    expect(answers[5]?.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-remaining': '0' });
    expect(answers[5]?.json()).toMatchObject({ message: 'API rate limit exceeded', code: 429 });
  } finally {
    await world.close();
  }
});
