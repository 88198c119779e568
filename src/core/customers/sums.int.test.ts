import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAYS, randomSightings, toRecord } from '../../../test/traffic-oracle.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';
import type { Organization } from '../../model/organization.ts';
import type { EventFilter, EventQuery } from '../../model/query.ts';
import { PERMISSIONS, type Scope } from '../../model/scope.ts';
import type { RequestBucket, RequestCounts } from '../../model/traffic.ts';
import { listCategories } from '../reference/index.ts';
import * as traffic from '../traffic/index.ts';
import * as customers from './index.ts';

/** fast-check prints it with every failure; the same seed gives the same questions. */
const RUNS = { seed: 20250330, numRuns: 15 };
/** More than there are. */
const ALL = { limit: 1000, offset: 0 };

let world: World;
/** Children and grandchildren of the provider. */
let below: Organization[];

beforeAll(async () => {
  world = await openWorld();
  const { provider, branch, office, sibling, stranger } = world.organizations;
  const plant = (slug: string, parent: Organization) =>
    createOrganization(world.context.control.db, { slug, name: slug, parentId: parent.id, actor: TEST_ACTOR });
  const quiet = await plant('quiet', provider);
  below = [branch, office, sibling, await plant('till', office), quiet];
  for (const organization of [provider, stranger, ...below]) {
    if (organization !== quiet) await world.load(organization, randomSightings(400, organization.slug).map(toRecord));
  }
});
afterAll(() => world?.close());

function scopeOf(organization: Organization): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
}

const asProvider = () => [world.context, scopeOf(world.organizations.provider)] as const;

const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });

const queries: fc.Arbitrary<EventQuery> = fc.record({
  range: fc
    .tuple(fc.integer({ min: DAYS.start, max: DAYS.end }), fc.integer({ min: 0, max: DAYS.end - DAYS.start }))
    .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length })),
  filter: fc.oneof(
    fc.constant<EventFilter>({}),
    fc.record(
      {
        kinds: some('dns' as const, 'web' as const, 'firewall' as const, 'intrusion' as const, 'ip' as const),
        verdicts: some('allowed' as const, 'blocked' as const, 'proxied' as const),
        categories: some(66, 68),
        identityTypes: some('network', 'roaming', 'site'),
        domains: fc.oneof(fc.constant(['a.example']), fc.constant(['*.example'])),
        threats: some('evil', 'mirai'),
      },
      { requiredKeys: [] },
    ),
  ),
});

/** Asks every customer itself. */
async function each<Answer>(ask: (scope: Scope) => Promise<Answer>): Promise<{ of: Organization; answer: Answer }[]> {
  const answers = [];
  for (const of of below) answers.push({ of, answer: await ask(scopeOf(of)) });
  return answers;
}

/** What answers say of the same thing, added up, and how many of them say anything. */
function added(items: readonly { readonly name: string; readonly counts: RequestCounts }[]) {
  const sums: Record<string, RequestCounts & { customers: number }> = {};
  for (const { name, counts } of items) {
    const sum = sums[name] ?? { requests: 0, allowed: 0, blocked: 0, customers: 0 };
    sums[name] = {
      requests: sum.requests + counts.requests,
      allowed: sum.allowed + counts.allowed,
      blocked: sum.blocked + counts.blocked,
      customers: sum.customers + 1,
    };
  }
  return sums;
}

const countsOf = ({ requests, allowed, blocked }: RequestCounts): RequestCounts => ({ requests, allowed, blocked });

const asked = (property: (query: EventQuery) => Promise<void>) =>
  fc.assert(fc.asyncProperty(queries, property), { ...RUNS });

/** Requests of each category of a customer's own events, by the category's id. */
async function ownCategories(scope: Scope, query: EventQuery): Promise<{ name: string; counts: RequestCounts }[]> {
  const found = await traffic.summarizeByCategory(world.context, scope, { ...query, ...ALL });
  return found.map(({ category, summary }) => ({
    name: String(category.id),
    counts: { requests: summary.requests, allowed: summary.requestsAllowed, blocked: summary.requestsBlocked },
  }));
}

function isDescending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number <= (numbers[index - 1] ?? 0));
}

describe('what is told of all customers is the sum of what each is told of itself', () => {
  test('requests over time', async () => {
    const steps = fc.constantFrom('minute' as const, 'hour' as const, 'day' as const);
    const property = fc.asyncProperty(queries, steps, async (query, step) => {
      const request = { ...query, step, timezone: 'Europe/Berlin' };
      const own = await each((scope) => traffic.requestBuckets(world.context, scope, request));
      const items = own.flatMap(({ answer }) =>
        answer.map((bucket) => ({ name: String(bucket.startMs), counts: bucket })),
      );
      const sums = added(items);
      const expected = own[0]?.answer.map(({ startMs }): RequestBucket => {
        const { customers: _of, ...counts } = sums[startMs] ?? { customers: 0, requests: 0, allowed: 0, blocked: 0 };
        return { startMs, ...counts };
      });
      expect(await customers.requestBuckets(...asProvider(), request)).toEqual(expected);
    });
    await fc.assert(property, RUNS);
  });

  test('requests of each customer', () =>
    asked(async (query) => {
      const own = await each((scope) => traffic.summarize(world.context, scope, query));
      const found = await customers.requestsByCustomer(...asProvider(), query);
      expect(Object.fromEntries(found.map((customer) => [customer.organization.slug, countsOf(customer)]))).toEqual(
        Object.fromEntries(
          own.map(({ of, answer }) => [
            of.slug,
            { requests: answer.requests, allowed: answer.requestsAllowed, blocked: answer.requestsBlocked },
          ]),
        ),
      );
      expect(isDescending(found.map(({ requests }) => requests))).toBe(true);
    }));

  test('deployments of each customer', () =>
    asked(async (query) => {
      const own = await each((scope) => traffic.deploymentStatus(world.context, scope, query));
      const found = await customers.deploymentsByCustomer(...asProvider(), query);
      expect(Object.fromEntries(found.map(({ organization, counts }) => [organization.slug, counts]))).toEqual(
        Object.fromEntries(own.map(({ of, answer }) => [of.slug, answer])),
      );
    }));

  test('requests of each category, and how many customers have them', () =>
    asked(async (query) => {
      const own = await each((scope) => ownCategories(scope, query));
      const found = await customers.requestsByCategory(...asProvider(), { ...query, ...ALL });
      const named = found.map((shared) => [shared.category.id, { ...countsOf(shared), customers: shared.customers }]);
      expect(Object.fromEntries(named)).toEqual(added(own.flatMap(({ answer }) => answer)));
      expect(isDescending(found.map(({ requests }) => requests))).toBe(true);
    }));

  test('requests of each category of each customer', () =>
    asked(async (query) => {
      const own = await each((scope) => ownCategories(scope, query));
      const sums = added(own.flatMap(({ answer }) => answer));
      const found = await customers.categoryRequestsByCustomer(...asProvider(), query);
      for (const { of, answer } of own) {
        const counts = found.find(({ organization }) => organization.id === of.id)?.counts ?? [];
        const named = counts.map((count) => [count.category.id, { ...countsOf(count), customers: count.customers }]);
        expect(Object.fromEntries(named)).toEqual(
          Object.fromEntries(
            answer.map(({ name, counts: its }) => [name, { ...its, customers: sums[name]?.customers }]),
          ),
        );
        expect(isDescending(counts.map(({ requests }) => requests))).toBe(true);
      }
      expect(found).toHaveLength(below.length);
    }));

  test('requests to each destination, its categories, and how many customers have them', () =>
    asked(async (query) => {
      const own = await each((scope) => traffic.topDestinations(world.context, scope, { ...query, ...ALL }));
      const items = own.flatMap(({ answer }) => answer.map((top) => ({ name: top.destination, counts: top })));
      const found = await customers.requestsByDestination(...asProvider(), { ...query, ...ALL });
      expect(
        Object.fromEntries(
          found.map((shared) => [shared.destination, { ...countsOf(shared), customers: shared.customers }]),
        ),
      ).toEqual(added(items));
      expect(isDescending(found.map(({ requests }) => requests))).toBe(true);
      // Whoever has no requests to it in the range may still know a category of it: only those that have are asked here.
      for (const { destination, categories } of found) {
        const ids = new Set(categories.map(({ id }) => id));
        for (const { answer } of own) {
          const known = answer.find((top) => top.destination === destination)?.categories ?? [];
          expect(known.every(({ id }) => ids.has(id))).toBe(true);
        }
      }
    }));

  test('categories, those included that only some customers’ logs name', async () => {
    const own = await each((scope) => listCategories(world.context, scope));
    const ids = new Set(own.flatMap(({ answer }) => answer.map(({ id }) => id)));
    const found = await customers.listCustomerCategories(...asProvider());
    expect(found.map(({ id }) => id)).toEqual([...ids].sort((a, b) => a - b));
    expect(found.map(({ label }) => label)).toContain('Our own list');
  });
});

const ALWAYS = { range: { fromMs: DAYS.start, toMs: DAYS.end }, filter: {} };

describe('lists', () => {
  test.each([
    { name: 'categories', read: customers.requestsByCategory },
    { name: 'destinations', read: customers.requestsByDestination },
  ])('of $name come in pages', async ({ read }) => {
    const all: unknown[] = await read(...asProvider(), { ...ALWAYS, ...ALL });
    expect(all.length).toBeGreaterThan(3);
    const paged: unknown[] = [];
    for (let offset = 0; offset < all.length; offset += 3)
      paged.push(...(await read(...asProvider(), { ...ALWAYS, limit: 3, offset })));
    expect(paged).toEqual(all);
  });
});

/** Every report, and how to ask for it. */
const REPORTS: Readonly<Record<string, (scope: Scope) => Promise<unknown>>> = {
  deploymentsByCustomer: (scope) => customers.deploymentsByCustomer(world.context, scope, ALWAYS),
  requestsByCustomer: (scope) => customers.requestsByCustomer(world.context, scope, ALWAYS),
  categoryRequestsByCustomer: (scope) => customers.categoryRequestsByCustomer(world.context, scope, ALWAYS),
  requestsByCategory: (scope) => customers.requestsByCategory(world.context, scope, { ...ALWAYS, ...ALL }),
  requestsByDestination: (scope) => customers.requestsByDestination(world.context, scope, { ...ALWAYS, ...ALL }),
  requestBuckets: (scope) =>
    customers.requestBuckets(world.context, scope, { ...ALWAYS, step: 'day', timezone: 'UTC' }),
};

describe.each(Object.entries(REPORTS))('%s', (name, ask) => {
  const queriesOf = async (organization: Organization): Promise<number> => {
    const query = vi.spyOn(world.context.events, 'query');
    await ask(scopeOf(organization));
    const { length } = query.mock.calls;
    query.mockRestore();
    return length;
  };

  test('asks the store no more often for many customers than for one', async () => {
    const { provider, office } = world.organizations;
    const forOne = await queriesOf(office);
    expect(forOne).toBeGreaterThan(0);
    expect(await queriesOf(provider)).toBe(forOne);
  });

  test('is empty for an organization without customers, and asks the store nothing', async () => {
    const { stranger } = world.organizations;
    expect(await queriesOf(stranger)).toBe(0);
    const answer = await ask(scopeOf(stranger));
    const zeros = { requests: 0, allowed: 0, blocked: 0 };
    const days = Array.from({ length: 5 }, (_, day) => ({ startMs: DAYS.start + day * 86_400_000, ...zeros }));
    expect(answer).toEqual(name === 'requestBuckets' ? days : []);
  });

  test('needs the permission, whatever else is held', async () => {
    const { provider } = world.organizations;
    const permissions = new Set(PERMISSIONS.filter((permission) => permission !== 'customers:read'));
    await expect(ask({ ...scopeOf(provider), permissions })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
