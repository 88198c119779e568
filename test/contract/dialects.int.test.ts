import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse as Response } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DIALECTS } from '../../src/dialects/registry.ts';
import { openWorld, type World } from '../world.ts';
import { CONTRACTS } from './contracts.ts';
import type { Credential, Paging } from './dialect-contract.ts';
import { eventBatches } from './events.ts';
import { readFixtureRecords, readFixtures } from './fixtures.ts';
import { type Described, describedBy } from './openapi.ts';

test.each(DIALECTS.map((dialect) => dialect.name))('%s is described to this suite', (name) => {
  expect(CONTRACTS.map((contract) => contract.dialect)).toContain(name);
});

describe.each(CONTRACTS)('$dialect', (contract) => {
  let world: World;
  let good: Credential;
  let described: Described;

  const get = (url: string, headers: Credential = good) => world.app.inject({ url, headers });

  beforeAll(async () => {
    world = await openWorld();
    good = await contract.signIn(world);
    for (const batch of eventBatches()) await world.load(world.organizations.branch, batch);
    described = describedBy((await get(`/docs/${contract.dialect}/openapi.json`)).json());
  });

  afterAll(() => world?.close());

  test('refuses a request without a credential, and one with a wrong one', async () => {
    for (const { path } of contract.emptyAnswers) {
      const missing = await get(path, {});
      expect(missing.statusCode, path).toBe(401);
      expect(missing.headers['www-authenticate'], path).toBeTypeOf('string');
      const wrong = await get(path, contract.wrongCredential);
      expect(wrong.statusCode, path).toBe(401);
      expect(wrong.json(), path).toBeTypeOf('object');
    }
  });

  test('answers a foreign organization as one that does not exist', async () => {
    const { branch, office, provider, sibling, stranger } = world.organizations;
    for (const own of [branch, office]) {
      expect((await get(contract.organizationPath(own))).statusCode, own.slug).toBe(200);
    }
    const answerAbout = async (organization: Named) =>
      withoutNames(await get(contract.organizationPath(organization)), organization);
    const nobody = await answerAbout({ id: 4_000_000, slug: 'nobody', uuid: randomUUID() });
    expect(nobody.status).toBe(contract.foreignStatus);
    for (const foreign of [provider, sibling, stranger]) {
      expect(await answerAbout(foreign), foreign.slug).toEqual(nobody);
    }
  });

  test('refuses malformed input with 400', async () => {
    for (const path of contract.malformed) {
      const answer = await get(path);
      expect(answer.statusCode, `${path.slice(0, 120)}: ${answer.payload.slice(0, 500)}`).toBe(400);
      expect(answer.payload.length, path.slice(0, 120)).toBeLessThan(2000);
    }
  });

  test('answers an unknown path with 404, a wrong method with 405 and what is allowed', async () => {
    const unknown = await get(contract.unknownPath);
    expect(unknown.statusCode).toBe(404);
    expect(unknown.headers['content-type']).toContain('json');
    for (const { method, path, allow } of contract.wrongMethods) {
      const answer = await world.app.inject({ method, url: path, headers: good });
      expect(answer.statusCode, `${method} ${path}`).toBe(405);
      expect(answer.headers.allow, `${method} ${path}`).toBe(allow);
      expect(answer.headers['content-type'], `${method} ${path}`).toContain('json');
    }
  });

  test('answers nothing found as an empty result', async () => {
    for (const { path, empty } of contract.emptyAnswers) {
      const answer = await get(path);
      expect(answer.payload, path).toBe(JSON.stringify(empty));
      expect(answer.statusCode, path).toBe(200);
    }
  });

  test.each(contract.pagings)('reads a list to its end without gap or repeat: $name', async (paging) => {
    const items = await readAll(paging, async (path) => (await get(path)).json());
    expect(items).toHaveLength(paging.total);
    expect(new Set(items).size).toBe(paging.total);
  });

  test('asks the event store on behalf of an organization, so that organizations take turns', async () => {
    const { events } = world.context;
    const onNobodysBehalf = vi.spyOn(events, 'query');
    const lanes = vi.spyOn(events, 'onBehalfOf');
    try {
      for (const path of contract.describedPaths) {
        expect((await get(path)).statusCode, path).toBe(200);
        expect(onNobodysBehalf, path).not.toHaveBeenCalled();
      }
      expect(new Set(lanes.mock.calls.map(([lane]) => lane))).toEqual(new Set([world.organizations.branch.id]));
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('answers what its OpenAPI document says', async () => {
    for (const path of contract.describedPaths) {
      const answer = await get(path);
      expect(answer.statusCode, `${path}: ${answer.payload.slice(0, 500)}`).toBe(200);
      expect(described.faultOf({ path }, { status: 200, body: answer.json() }), path).toBeUndefined();
    }
  });
});

describe.each(CONTRACTS.flatMap(({ fixtures, ...rest }) => (fixtures ? [{ ...rest, fixtures }] : [])))(
  '$dialect, fixtures',
  ({ dialect, signIn, fixtures }) => {
    let world: World;
    let headers: Credential;
    let described: Described;

    beforeAll(async () => {
      world = await openWorld();
      const { office } = world.organizations;
      await world.load(office, readFixtureRecords(fixtures));
      headers = await signIn(world, office);
      described = describedBy((await world.app.inject(`/docs/${dialect}/openapi.json`)).json());
    });

    afterAll(() => world?.close());

    test.each(readFixtures(fixtures))('$name', async ({ request, status, answer }) => {
      const actual = await world.app.inject({
        method: request.method ?? 'GET',
        url: request.path,
        headers: { ...headers, ...request.headers },
        ...(request.body !== undefined && { payload: request.body as object }),
      });
      expect({ status: actual.statusCode, answer: actual.json() }).toEqual({ status, answer });
      expect(described.faultOf(request, { status, body: actual.json() })).toBeUndefined();
    });
  },
);

describe.each(CONTRACTS.filter((contract) => contract.limitedPath !== undefined))('$dialect, limited', (contract) => {
  test('answers 429 with Retry-After over the limit, and counts organizations apart', async () => {
    const world = await openWorld({ limits: { requestsPerSecond: 5, getsPerSecond: 5, clumioRequestsPerSecond: 5 } });
    try {
      const { branch, stranger } = world.organizations;
      const [good, other] = [await contract.signIn(world, branch), await contract.signIn(world, stranger)];
      const ask = (headers: Credential) => world.app.inject({ url: contract.limitedPath ?? '', headers });
      const burst = await Promise.all(Array.from({ length: 20 }, () => ask(good)));
      expect(burst.filter((answer) => answer.statusCode === 200).length).toBeGreaterThanOrEqual(5);
      const refused = burst.filter((answer) => answer.statusCode === 429);
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) expect(answer.headers['retry-after']).toBe('1');
      expect((await ask(other)).statusCode).toBe(200);
    } finally {
      await world.close();
    }
  });
});

async function readAll(paging: Paging, ask: (path: string) => Promise<unknown>): Promise<string[]> {
  const items: string[] = [];
  let path: string | undefined = paging.first;
  for (let page = 0; path !== undefined; page += 1) {
    if (page > paging.total + 1) throw new Error(`${paging.name}: never ends`);
    const answer: unknown = await ask(path);
    items.push(...paging.items(answer));
    path = paging.next(path, answer);
  }
  return items;
}

interface Named {
  readonly id: number;
  readonly slug: string;
  readonly uuid: string;
}

/** An answer without what the question gave away, and without what differs from one moment to the next. */
function withoutNames({ statusCode, headers, payload }: Response, { id, slug, uuid }: Named) {
  const { date: _date, 'x-request-id': requestId, 'content-length': _length, ...telling } = headers;
  const body = payload
    .replaceAll(String(requestId), '?')
    .replaceAll(uuid, '?')
    .replaceAll(slug, '?')
    .replaceAll(String(id), '?');
  return { status: statusCode, headers: telling, body };
}
