import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import type { Body } from '../../../test/body.ts';
import { clumioToken, type Headers } from '../../../test/clumio-api.ts';
import { zeekLog } from '../../../test/native-api.ts';
import { operatorOf, personOf, umbrellaToken } from '../../../test/promises/callers.ts';
import { rowsOf } from '../../../test/report-flow.ts';
import { raiseAlarms } from '../../../test/usm-api.ts';
import { openWorld, type World } from '../../../test/world.ts';

let world: World;
const people: Record<string, Headers> = {};
const trails: Record<string, Headers> = {};

const STAFF = 'manager@provider.example';
const RECIPIENT = 'boss@provider.example';
const NATIVE = '/belfry/v1/organizations/branch';
let alarm = '';

/** Staff and a program of the provider do things in the branch, and so does a user of the branch. */
beforeAll(async () => {
  world = await openWorld();
  world.nowMs = Date.now() + 60_000;
  const { provider, branch } = world.organizations;
  for (const [slug, organization] of Object.entries({ provider, branch })) {
    people[slug] = (await personOf(world, organization, 'manager')).headers;
    trails[slug] = await clumioToken(world, organization);
  }
  const program = await umbrellaToken(world, provider);
  await raiseAlarms(world, [testMatch(branch)]);
  alarm = (await ask('branch', { url: `${NATIVE}/alarms` })).data[0].id;
  for (const by of ['provider', 'branch']) {
    await ask(by, { method: 'POST', url: `${NATIVE}/alarms/${alarm}/notes`, payload: { text: `by ${by}` } });
    await ask(by, { method: 'POST', url: '/belfry/v1/clients', payload: { organization: 'branch', name: by } });
    const headers = { 'content-type': 'application/octet-stream' };
    const url = `${NATIVE}/imports?path=dns.log`;
    await ask(by, { method: 'POST', url, headers, payload: zeekLog(3, by === 'branch' ? '10.1.1.1' : '10.1.1.2') });
  }
  const url = `/reports/v2/providers/customers/${branch.id}/securityReportRequests`;
  const payload = { start_date: '2026-01-15', end_date: '2026-01-16', email: RECIPIENT };
  const answer = await world.app.inject({ method: 'POST', url, payload, headers: program.headers });
  expect(answer.statusCode, answer.payload).toBe(200);
});

afterAll(() => world?.close());

async function ask(by: string, request: InjectOptions): Promise<Body> {
  const headers = { ...people[by], ...request.headers };
  const answer = await world.app.inject({ ...request, headers });
  expect(answer.statusCode, answer.payload).toBeLessThan(300);
  return answer.json();
}

/** Who did it, for each of what a native list has. */
const actorsOf = async (by: string, what: string, field: string): Promise<string[]> =>
  (await ask(by, { url: `${NATIVE}/${what}` })).data.map((row: Body) => row[field]).toSorted();

test('an organization sees those above it as an organization, and its own by name', async () => {
  const shown = ['manager@branch.example', 'provider'];
  expect(await actorsOf('branch', `alarms/${alarm}/history`, 'by')).toEqual(shown);
  expect(await actorsOf('branch', `alarms/${alarm}/notes`, 'author')).toEqual(shown);
  expect(await actorsOf('branch', 'imports', 'by')).toEqual(shown);
});

test('those above, and the operator, see all by name', async () => {
  const { headers } = operatorOf(world);
  people.operator = headers;
  for (const by of ['provider', 'operator']) {
    const shown = ['manager@branch.example', STAFF];
    expect(await actorsOf(by, `alarms/${alarm}/history`, 'by')).toEqual(shown);
    expect(await actorsOf(by, `alarms/${alarm}/notes`, 'author')).toEqual(shown);
    expect(await actorsOf(by, 'imports', 'by')).toEqual(shown);
  }
});

const trailOf = async (slug: string, filter: object = {}): Promise<Body> =>
  (
    await world.app.inject({
      url: '/audit-trails',
      query: { limit: '10000', filter: JSON.stringify(filter) },
      headers: trails[slug] ?? {},
    })
  ).json();

test('the trail of an organization has neither names nor addresses of people above it', async () => {
  const trail = await trailOf('branch');
  expect(JSON.stringify(trail)).not.toContain('@provider.example');
  const items: Body[] = trail._embedded.items;
  const requested = items.find(({ category, user_email }) => category === 'reports' && user_email === 'provider');
  expect(requested).toMatchObject({ ip_address: '' });
  expect(JSON.parse(requested?.details_json.request_body)).toEqual({ startDate: '2026-01-15', endDate: '2026-01-16' });
  const own = items.filter(({ user_email }) => user_email === 'manager@branch.example');
  expect(new Set(own.map(({ ip_address }) => ip_address))).toEqual(new Set(['127.0.0.1']));
});

test('a filter finds what is shown, and nothing by what is not', async () => {
  const all: Body[] = (await trailOf('branch'))._embedded.items;
  const count = async (slug: string, filter: object) => (await trailOf(slug, filter)).total_count;
  const byProvider = all.filter(({ user_email }) => user_email === 'provider').length;
  expect(byProvider).toBeGreaterThan(2);
  expect(await count('branch', { user_email: { $in: ['provider'] } })).toBe(byProvider);
  expect(await count('branch', { user_email: { $in: [STAFF] } })).toBe(0);
  const own = all.filter(({ ip_address }) => ip_address === '127.0.0.1').length;
  expect(await count('branch', { ip_address: { $eq: '127.0.0.1' } })).toBe(own);
  expect(await count('provider', { user_email: { $in: [STAFF] } })).toBeGreaterThan(0);
  expect(JSON.stringify(await trailOf('provider'))).toContain(RECIPIENT);
});

test('a report of the trail has what the trail has', async () => {
  const items: Body[] = (await trailOf('branch'))._embedded.items;
  const rows = await rowsOf(world, trails.branch ?? {}, { type: 'audit' });
  expect(JSON.stringify(rows)).not.toContain('@provider.example');
  const has = (text: string, row: object) => Object.values(row).includes(text);
  const byProvider = items.filter(({ user_email }) => user_email === 'provider');
  expect(rows.filter((row) => has('provider', row))).toHaveLength(byProvider.length);
  expect(JSON.stringify(await rowsOf(world, trails.provider ?? {}, { type: 'audit' }))).toContain(STAFF);
});
