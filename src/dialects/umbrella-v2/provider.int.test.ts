import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describedBy } from '../../../test/contract/openapi.ts';
import type { TestRecord } from '../../../test/records-format.ts';
import { signIn } from '../../../test/umbrella-credentials.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';
import type { Organization } from '../../model/organization.ts';
import { ALL_SCOPES } from '../kit/umbrella/scopes.ts';
import { PROVIDER_PREFIXES } from './paths.ts';
import { PROVIDER_ROUTES } from './routes/index.ts';
import { PROVIDER_REPORT_ROUTES } from './routes/table-provider.ts';

type Headers = Readonly<Record<string, string>>;

/** So many DNS requests to a host of the organization's own, and one to a host that everybody has. */
function traffic({ slug }: Organization, own: number): TestRecord[] {
  const dns = {
    kind: 'dns',
    query_type: 'A',
    src_ip: '10.0.0.1',
    identity_labels: [slug],
    identity_types: ['roaming'],
  };
  const ours = Array.from({ length: own }, (_, index) => ({
    ...dns,
    time: `2026-01-15T10:${10 + index}:00Z`,
    domain: `${slug}.example`,
    category_labels: ['Malware', `Sites of ${slug}`],
    verdict: 'blocked',
  }));
  return [...ours, { ...dns, time: '2026-01-15T11:00:00Z', domain: 'shared.example', category_labels: ['News'] }];
}

const HOURS = 'from=2026-01-15T10:00:00Z&to=2026-01-15T11:59:59.999Z';
const PREFIX = '/reports/v2/providers';

/** Every report over events, by its path below a prefix. */
const REPORTS = PROVIDER_REPORT_ROUTES.map((route) => route.path);

let world: World;
let asProvider: Headers;

beforeAll(async () => {
  world = await openWorld();
  const { provider, branch, office, stranger } = world.organizations;
  await world.load(provider, traffic(provider, 9));
  await world.load(branch, traffic(branch, 2));
  await world.load(office, traffic(office, 3));
  await world.load(stranger, traffic(stranger, 8));
  asProvider = await signIn(world, provider);
});
afterAll(() => world?.close());

const ask = (url: string, headers: Headers = asProvider) => world.app.inject({ url, headers });

async function dataOf(path: string, headers: Headers = asProvider) {
  const answer = await ask(`${PREFIX}${path}`, headers);
  expect(answer.statusCode, answer.payload).toBe(200);
  expect(answer.json().meta).toEqual({});
  return answer.json().data;
}

describe('a provider reads', () => {
  const malware = { id: 66, label: 'Malware', type: 'security', integration: false, deprecated: false };

  test('how many requests each organization below makes, most first', async () => {
    const { branch, office, sibling } = world.organizations;
    const item = ({ id, name }: Organization, total: number, totalblocked: number) => ({
      organization: { id, label: name },
      counts: { total, totalblocked },
    });
    const all = [item(office, 4, 3), item(branch, 3, 2), item(sibling, 0, 0)];
    expect(await dataOf(`/requests-by-org?${HOURS}`)).toEqual(all);
    expect(await dataOf(`/requests-by-org?${HOURS}&limit=1`)).toEqual(all.slice(0, 1));
    expect(await dataOf(`/requests-by-org?${HOURS}&limit=2&offset=1`)).toEqual(all.slice(1));
  });

  test('requests by category, with how many organizations each concerns', async () => {
    const data = await dataOf(`/requests-by-category?${HOURS}&limit=1`);
    expect(data).toEqual([
      { category: malware, counts: { total: 5, totalblocked: 5, numberoforganizationsaffected: 2 } },
    ]);
    const rest = await dataOf(`/requests-by-category?${HOURS}&offset=1`);
    expect(rest.map(({ category, counts }: Item) => [category.label, counts.total])).toEqual([
      ['Sites of office', 3],
      ['News', 2],
      ['Sites of branch', 2],
    ]);
  });

  test('requests by destination, with how many organizations each concerns', async () => {
    const data = await dataOf(`/requests-by-destination?${HOURS}`);
    expect(data.map(({ domain, counts }: Item) => [domain, ...Object.values(counts)])).toEqual([
      ['office.example', 3, 3, 1],
      ['branch.example', 2, 2, 1],
      ['shared.example', 2, 0, 2],
    ]);
    expect(data[0].categories.map(({ label }: { label: string }) => label)).toContain('Sites of office');
  });

  test('requests of each category by organization, those without any too', async () => {
    const { office } = world.organizations;
    const data = await dataOf(`/category-requests-by-org?${HOURS}`);
    expect(data.map(({ organization }: Item) => organization.label)).toEqual(['office', 'branch', 'sibling']);
    expect(data[2].counts).toEqual([]);
    expect(data[0].organization).toEqual({ id: office.id, label: office.name });
    expect(data[0].counts[0]).toEqual({
      category: malware,
      requests: 3,
      requestsblocked: 3,
      numberoforganizationswithcategorizedtraffic: 2,
    });
  });

  test('deployments by organization', async () => {
    const data = await dataOf(`/deployments?${HOURS}`);
    const identitytype = { id: 9, type: 'roaming', label: 'Roaming Computers' };
    expect(data.map(({ organization, counts }: Item) => [organization.label, counts])).toEqual([
      ['branch', [{ identitytype, activecount: 1, count: 1 }]],
      ['office', [{ identitytype, activecount: 1, count: 1 }]],
      ['sibling', []],
    ]);
  });

  test('requests over time, every bucket of the range whatever the limit', async () => {
    const data = await dataOf(`/requests-by-hour?${HOURS}&limit=1`);
    expect(data.map(({ date, time, count, counts }: Item) => [date, time, count, counts.blockedrequests])).toEqual([
      ['2026-01-15', '10:00:00', 5, 5],
      ['2026-01-15', '11:00:00', 2, 0],
    ]);
    expect(await dataOf(`/requests-by-timerange?${HOURS}&timerange=minute`)).toHaveLength(120);
    const days = await ask(`${PREFIX}/requests-by-timerange?${HOURS}`, { ...asProvider, timerange: 'day' });
    expect(days.json().data).toMatchObject([{ count: 7, time: '00:00:00' }]);
  });

  test('the categories of all logs below', async () => {
    const labels = (await dataOf('/categories')).map(({ label }: { label: string }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Malware', 'Sites of office', 'Sites of branch']));
    expect(labels).not.toContain('Sites of stranger');
    expect(labels).not.toContain('Sites of provider');
  });

  test('the same through every filter', async () => {
    const totals = async (filter: string) =>
      (await dataOf(`/requests-by-org?${HOURS}&${filter}`)).map(({ counts }: Item) => counts.total);
    expect(await totals('verdict=blocked')).toEqual([3, 2, 0]);
    expect(await totals('categories=66')).toEqual([3, 2, 0]);
    expect(await totals('domains=office.example')).toEqual([3, 0, 0]);
    expect(await totals('threats=nothing')).toEqual([0, 0, 0]);
    const buckets = await dataOf(`/requests-by-hour?${HOURS}&domains=shared.example`);
    expect(buckets.map(({ count }: Item) => count)).toEqual([0, 2]);
  });
});

/** What the tests read of any report's items. */
interface Item {
  readonly organization: { readonly label: string };
  readonly category: { readonly label: string };
  readonly domain: string;
  readonly date: string;
  readonly time: string;
  readonly count: number;
  readonly counts: Readonly<Record<string, number>>;
}

describe('provider paths', () => {
  test.each(PROVIDER_PREFIXES)('%s answers every report alike', async (prefix) => {
    const { provider } = world.organizations;
    for (const path of REPORTS) {
      const answer = await ask(`${prefix.replace(':organizationId', String(provider.id))}${path}?${HOURS}`);
      expect(answer.statusCode, path).toBe(200);
      expect(answer.payload, path).toBe((await ask(`${PREFIX}${path}?${HOURS}`)).payload);
    }
  });

  test('answer what the OpenAPI document says', async () => {
    const described = describedBy((await ask('/docs/umbrella-reporting-v2/openapi.json')).json());
    for (const report of REPORTS) {
      const path = `${PREFIX}${report}?${HOURS}`;
      const body = (await ask(path)).json();
      expect(body.data.length, path).toBeGreaterThan(1);
      expect(described.faultOf({ path }, { status: 200, body }), path).toBeUndefined();
    }
  });

  test('take slashes as clients write them, and tell names from numbers', async () => {
    expect((await ask(`/v2//providers//deployments/?${HOURS}`)).statusCode).toBe(200);
    expect((await ask(`/v2/providers/nothing?${HOURS}`)).statusCode).toBe(404);
    expect((await ask(`/v2/providers/Deployments?${HOURS}`)).statusCode).toBe(404);
    expect((await ask(`/v2/providers/deployments/deployments?${HOURS}`)).statusCode).toBe(403);
  });

  test('are all found: no word of a path is taken for a number', async () => {
    const { provider } = world.organizations;
    for (const { path, method = 'GET' } of PROVIDER_ROUTES) {
      for (const prefix of PROVIDER_PREFIXES) {
        const url = `${prefix}${path}`.replace(':organizationId', String(provider.id)).replace(':id', '1');
        const answer = await ask(`${url}?${HOURS}`);
        expect(answer.statusCode, url).toBe(method === 'GET' ? 200 : 405);
      }
    }
  });

  test('reach a provider below a provider by header and by number', async () => {
    const { branch, office } = world.organizations;
    const own = await dataOf(`/requests-by-org?${HOURS}`, await signIn(world, branch));
    expect(own.map(({ organization }: Item) => organization.label)).toEqual([office.name]);
    const named = { ...asProvider, 'x-umbrella-orgid': String(branch.id) };
    expect(await dataOf(`/requests-by-org?${HOURS}`, named)).toEqual(own);
    const numbered = await ask(`/v2/providers/${branch.id}/requests-by-org?${HOURS}`);
    expect(numbered.json().data).toEqual(own);
  });

  test('answer what is out of reach as what does not exist', async () => {
    const { provider, sibling, stranger, branch } = world.organizations;
    const asBranch = await signIn(world, branch);
    for (const path of REPORTS) {
      const answers = await Promise.all(
        [provider, sibling, stranger, { id: 4_000_000 }].flatMap(({ id }) => [
          ask(`/v2/providers/${id}${path}?${HOURS}`, asBranch),
          ask(`${PREFIX}${path}?${HOURS}`, { ...asBranch, 'x-umbrella-orgid': String(id) }),
        ]),
      );
      expect(new Set(answers.map(({ statusCode, payload }) => `${statusCode} ${payload}`)).size, path).toBe(1);
      expect(answers[0]?.statusCode).toBe(403);
      expect(answers[0]?.payload).toContain('invalid organization');
    }
  });

  test('need the scope of customers, the categories that of utilities', async () => {
    const { provider } = world.organizations;
    const without = (scope: string) => ALL_SCOPES.filter((held) => held !== scope);
    const noCustomers = await signIn(world, provider, without('reports.customers:read'));
    const noUtilities = await signIn(world, provider, without('reports.utilities:read'));
    for (const path of REPORTS) {
      const url = `${PREFIX}${path}?${HOURS}`;
      const isReference = path === '/categories';
      expect((await ask(url, noCustomers)).statusCode, path).toBe(isReference ? 200 : 403);
      expect((await ask(url, noUtilities)).statusCode, path).toBe(isReference ? 403 : 200);
    }
  });

  test('answer an organization without any below with nothing, and zeros over time', async () => {
    const asOffice = await signIn(world, world.organizations.office);
    for (const path of REPORTS.filter((report) => report !== '/categories')) {
      const data = await dataOf(`${path}?${HOURS}`, asOffice);
      if (path.includes('hour') || path.includes('timerange')) {
        expect(data.map(({ count }: Item) => count)).toEqual([0, 0]);
      } else expect(data, path).toEqual([]);
    }
  });
});

test('fifty customers of another provider: it sees all of them, each sees none, and nobody else sees any', async () => {
  const { stranger } = world.organizations;
  const answers = async (headers: Headers) => {
    const texts: Record<string, string> = {};
    for (const path of REPORTS) {
      const answer = await ask(`${PREFIX}${path}?${HOURS}`, headers);
      expect(answer.statusCode, path).toBe(200);
      texts[path] = answer.payload;
    }
    return texts;
  };
  const before = await answers(asProvider);
  const shops: Organization[] = [];
  for (let index = 0; index < 50; index += 1) {
    const slug = `shop${index}`;
    const { db } = world.context.control;
    const shop = await createOrganization(db, { slug, name: slug, parentId: stranger.id, actor: TEST_ACTOR });
    if (index % 10 === 0) await world.load(shop, traffic(shop, 1 + index / 10));
    shops.push(shop);
  }
  expect(await answers(asProvider)).toEqual(before);
  const asStranger = await signIn(world, stranger);
  const found = JSON.parse((await answers(asStranger))['/requests-by-org'] ?? '').data;
  expect(found).toHaveLength(50);
  expect(found.slice(0, 6).map(({ organization, counts }: Item) => [organization.label, counts.total])).toEqual([
    ['shop40', 6],
    ['shop30', 5],
    ['shop20', 4],
    ['shop10', 3],
    ['shop0', 2],
    ['shop1', 0],
  ]);
  for (const shop of shops) {
    const texts = await answers({ ...asStranger, 'x-umbrella-orgid': String(shop.id) });
    for (const [path, text] of Object.entries(texts)) expect(text, path).not.toContain('shop');
  }
});
