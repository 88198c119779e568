import { randomUUID } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clumioToken, inContext } from '../clumio-api.ts';
import { CONFIGURATIONS, complianceApi } from '../compliance-flow.ts';
import { openWorld, type World } from '../world.ts';
import { CONTRACTS } from './contracts.ts';
import type { Credential } from './dialect-contract.ts';

/** What is foreign answers like what does not exist: whatever names it, on every surface, however the server is configured. */

interface Named {
  readonly id: number;
  readonly slug: string;
  readonly uuid: string;
}

/** One way to name an organization: a request for its data. */
type Way = (organization: Named) => InjectOptions;

const HOURS = 'from=2026-01-15T00:00:00Z&to=2026-01-16T00:00:00Z';
const UMBRELLA_HOURS = 'from=1768435200000&to=1768521600000&limit=10&offset=0';

const WAYS: Readonly<Record<string, Readonly<Record<string, Way>>>> = {
  'umbrella-reporting-v2': {
    'number in the path': ({ id }) => ({ url: `/v2/organizations/${id}/activity?${UMBRELLA_HOURS}` }),
    'number in the regional path': ({ id }) => ({ url: `/organizations/${id}/identities?limit=10&offset=0` }),
    'provider in the path': ({ id }) => ({ url: `/v2/providers/${id}/requests-by-org?${HOURS}` }),
    'header of a report': ({ id }) => ({
      url: `/reports/v2/activity?${UMBRELLA_HOURS}`,
      headers: { 'x-umbrella-orgid': String(id) },
    }),
  },
  'umbrella-reporting-v1': {
    'number in the path': ({ id }) => ({ url: `/v1/organizations/${id}/security-activity?start=1&stop=2` }),
    'number in the path of destinations': ({ id }) => ({
      url: `/v1/organizations/${id}/destinations/a.example/activity`,
    }),
  },
  'usm-anywhere': {
    host: ({ slug }) => ({ url: `http://${slug}.usm.example/api/2.0/alarms` }),
    'host elsewhere': ({ slug }) => ({ url: `http://${slug}.elsewhere.example/api/2.0/alarms` }),
    'host alone': ({ slug }) => ({ url: `http://${slug}/api/2.0/events` }),
    'host in capitals': ({ slug }) => ({
      url: '/api/2.0/alarms',
      headers: { host: `${slug}.USM.example`.toUpperCase() },
    }),
  },
  'usm-central': {
    host: ({ slug }) => ({ url: `http://${slug}.usm.example/api/1.1/deployments` }),
    'host elsewhere': ({ slug }) => ({ url: `http://${slug}.elsewhere.example/api/1.1/alarms` }),
    deployment: ({ slug }) => ({ url: `/api/1.1/alarms?deploymentId=cn://${slug}.usm.example` }),
    'slug of a deployment': ({ slug }) => ({ url: `/api/1.1/alarms?deploymentId=cn://${slug}` }),
    tenant: ({ slug }) => ({ url: `/api/1.1/alarms?tenantId=${slug}` }),
  },
  clumio: {
    unit: ({ uuid }) => ({ url: `/organizational-units/${uuid}` }),
    'unit that is changed': ({ uuid }) => ({
      method: 'PATCH',
      url: `/organizational-units/${uuid}`,
      payload: '{"name":"x"}',
    }),
    'unit that is deleted': ({ uuid }) => ({ method: 'DELETE', url: `/organizational-units/${uuid}` }),
    'parent of a new unit': ({ uuid }) => ({
      method: 'POST',
      url: '/organizational-units',
      payload: JSON.stringify({ name: 'new', parent_id: uuid, users: [] }),
    }),
    context: ({ uuid }) => ({ url: '/organizational-units', headers: inContext({}, uuid) }),
    'context of tasks': ({ uuid }) => ({ url: '/tasks', headers: inContext({}, uuid) }),
  },
  'belfry-v1': {
    organization: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}` }),
    'organization that is deleted': ({ slug }) => ({ method: 'DELETE', url: `/belfry/v1/organizations/${slug}` }),
    imports: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}/imports` }),
    'an import': ({ slug }) => ({
      method: 'POST',
      url: `/belfry/v1/organizations/${slug}/imports`,
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    }),
    labels: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}/labels` }),
    alarms: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}/alarms` }),
    rejects: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}/rejects` }),
    settings: ({ slug }) => ({ url: `/belfry/v1/organizations/${slug}/settings` }),
    'where to move one': ({ slug }) => ({
      method: 'POST',
      url: '/belfry/v1/organizations/office/move',
      payload: { parent: slug },
    }),
  },
};

/** Of the same length and kind as what exists: nothing but existence differs. */
function missing({ id, slug }: Named): Named {
  return { id: id + 1_000_000, slug: `z${slug.slice(1)}`, uuid: randomUUID() };
}

function isOfMoment(name: string): boolean {
  return ['date', 'x-request-id', 'content-length'].includes(name);
}

/** An answer without the words of the question, and without what differs from one request to the next. */
function telling({ statusCode, headers, payload }: LightMyRequestResponse, words: readonly string[]) {
  const withoutWords = words.reduce((text, word) => text.replaceAll(new RegExp(word, 'gi'), '?'), payload);
  const others = Object.entries(headers).filter(([name]) => !isOfMoment(name));
  return {
    status: statusCode,
    headers: Object.fromEntries(others),
    body: withoutWords.replaceAll(String(headers['x-request-id']), '?').replaceAll(/"timestamp":\d+/g, ''),
  };
}

const withHeaders = (asked: InjectOptions, headers: Credential): InjectOptions => ({
  ...asked,
  headers: { ...headers, ...asked.headers },
});

test('knows every surface', () => {
  expect(Object.keys(WAYS).sort()).toEqual(CONTRACTS.map(({ dialect }) => dialect).sort());
});

describe.each([null, 'usm.example'])('with BELFRY_USM_DOMAIN %s', (usmDomain) => {
  let world: World;
  const credentials = new Map<string, Credential>();

  beforeAll(async () => {
    world = await openWorld({ usmDomain });
    for (const { dialect, signIn } of CONTRACTS) credentials.set(dialect, await signIn(world));
  });

  afterAll(() => world?.close());

  const ways = Object.entries(WAYS).flatMap(([dialect, byName]) =>
    Object.entries(byName).map(([name, way]) => ({ dialect, name, way })),
  );

  test.each(ways)('$dialect answers a foreign organization like a missing one: $name', async ({ dialect, way }) => {
    const { provider, sibling, stranger } = world.organizations;
    const ask = async (organization: Named) => {
      const answer = await world.app.inject(withHeaders(way(organization), credentials.get(dialect) ?? {}));
      return telling(answer, [organization.uuid, organization.slug, String(organization.id)]);
    };
    for (const foreign of [provider, sibling, stranger]) {
      const expected = await ask(missing(foreign));
      expect(expected.status).not.toBe(500);
      expect(await ask(foreign), foreign.slug).toEqual(expected);
    }
  });
});

describe('objects of a foreign organization', () => {
  let world: World;
  /** Id of a foreign object by its kind. */
  const ids: Record<string, string> = {};
  const credentials = new Map<string, Credential>();

  beforeAll(async () => {
    world = await openWorld();
    const { branch, stranger } = world.organizations;
    for (const { dialect, signIn } of CONTRACTS) credentials.set(dialect, await signIn(world, branch));
    const clumio = complianceApi(world, await clumioToken(world, stranger));
    ids.configuration = (await clumio.create()).id;
    ids.run = (await clumio.run(ids.configuration ?? '')).id;
    const native = CONTRACTS.find(({ dialect }) => dialect === 'belfry-v1');
    const label = await world.app.inject({
      method: 'POST',
      url: '/belfry/v1/organizations/stranger/labels',
      headers: (await native?.signIn(world, stranger)) ?? {},
      payload: { name: 'theirs' },
    });
    ids.label = label.json().id;
    ids.client = (await world.createClient(stranger)).client.id;
  });

  afterAll(() => world?.close());

  test.each([
    ['clumio', 'configuration', 'GET', (id: string) => `${CONFIGURATIONS}/${id}`],
    ['clumio', 'configuration', 'DELETE', (id: string) => `${CONFIGURATIONS}/${id}`],
    ['clumio', 'configuration', 'GET', (id: string) => `${CONFIGURATIONS}/${id}/runs`],
    ['clumio', 'configuration', 'POST', (id: string) => `${CONFIGURATIONS}/${id}/runs`],
    ['clumio', 'run', 'GET', (id: string) => `/reports/compliance/runs/${id}`],
    ['belfry-v1', 'label', 'DELETE', (id: string) => `/belfry/v1/organizations/branch/labels/${id}`],
    ['belfry-v1', 'client', 'DELETE', (id: string) => `/belfry/v1/clients/${id}`],
    ['belfry-v1', 'client', 'POST', (id: string) => `/belfry/v1/clients/${id}/disable`],
    ['belfry-v1', 'client', 'POST', (id: string) => `/belfry/v1/clients/${id}/reset-secret`],
  ] as const)('%s: %s answers %s like one that does not exist', async (dialect, kind, method, urlOf) => {
    const id = String(ids[kind]);
    const other = id
      .replaceAll(/[0-9a-f]/g, (digit) => (digit === '9' ? '7' : digit === '7' ? '9' : digit))
      .replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const ask = async (named: string) =>
      telling(await world.app.inject(withHeaders({ method, url: urlOf(named) }, credentials.get(dialect) ?? {})), [
        named,
      ]);
    const expected = await ask(other);
    expect(expected.status).toBeGreaterThanOrEqual(400);
    expect(expected.status).toBeLessThan(500);
    expect(await ask(id)).toEqual(expected);
  });
});
