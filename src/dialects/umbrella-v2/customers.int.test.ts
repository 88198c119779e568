import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signIn } from '../../../test/umbrella-credentials.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';
import { securityReportById } from '../../control/repos/security-reports.ts';
import { createUser } from '../../control/repos/users.ts';
import { EventStore } from '../../events/client.ts';
import type { Organization } from '../../model/organization.ts';

type Headers = Record<string, string>;

let world: World;
let provider: Headers;

beforeAll(async () => {
  world = await openWorld();
  const { branch, office } = world.organizations;
  const record = { time: '2026-01-15T10:00:00Z', kind: 'dns', domain: 'a.example', src_ip: '10.0.0.1' };
  const identity_types = ['AD Users', 'Networks', 'Roaming Computers'];
  await world.load(branch, [{ ...record, identity_labels: ['Ada', 'Head office', 'LAPTOP-1'], identity_types }]);
  await world.load(office, [{ ...record, identity_labels: ['Eve', 'Shop', 'LAPTOP-2'], identity_types }]);
  await createUser(world.context.control.db, {
    email: 'amy@branch.example',
    name: 'Amy',
    password: 'correct horse battery',
    role: 'manager',
    organizationId: branch.id,
    actor: TEST_ACTOR,
  });
  provider = await signIn(world, world.organizations.provider);
});
afterAll(() => world?.close());

const get = (path: string, headers: Headers = provider) =>
  world.app.inject({ url: `/reports/v2/providers${path}`, headers });

function post(customer: string | number, body: unknown = undefined, headers: Headers = provider) {
  const url = `/reports/v2/providers/customers/${customer}/securityReportRequests`;
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  return world.app.inject({ method: 'POST', url, headers, ...(payload !== undefined && { payload }) });
}

const namedBy = ({ id }: Organization) => ({ 'x-umbrella-orgid': String(id) });

describe('consoles', () => {
  const NEVER = '2099-12-31T00:00:00.000Z';
  const consoleOf = (customers: number, seats: number) => ({
    packageName: 'Belfry',
    seatsTotal: seats,
    seatsUsed: seats,
    customerCount: customers,
    status: 'active',
    rebillAt: NEVER,
    expiresAt: NEVER,
  });

  test('are a bare object, of the organization the request is for', async () => {
    const answer = await get('/consoles');
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8');
    expect(answer.json()).toEqual(consoleOf(3, 4));
    const { branch } = world.organizations;
    expect((await get('/consoles', { ...provider, ...namedBy(branch) })).json()).toEqual(consoleOf(1, 2));
  });

  test('of a token without customers are all zeros', async () => {
    expect((await get('/consoles', await signIn(world, world.organizations.office))).json()).toEqual(consoleOf(0, 0));
  });
});

describe('customer reports', () => {
  test('say of one organization what is known, and nothing else', async () => {
    const { branch } = world.organizations;
    const answer = await get('/customers/downloadReportRequests', { ...provider, ...namedBy(branch) });
    expect(answer.json()).toEqual({
      isReportReady: true,
      organizationName: 'branch',
      organizationId: branch.id,
      createdAt: Math.floor(Date.parse(branch.createdAt) / 1000),
      packageName: 'Belfry',
      users: 1,
      adminEmails: ['amy@branch.example'],
      networks: 1,
      roamingClients: 1,
    });
  });

  test.each([
    '/v2/providers/ID/customers/downloadReportRequests',
    '/v2/organizations/ID/providers/customers/downloadReportRequests',
  ])('are of the organization in the path %s', async (path) => {
    const { office } = world.organizations;
    const answer = await world.app.inject({ url: path.replace('ID', String(office.id)), headers: provider });
    expect(answer.json()).toMatchObject({ organizationId: office.id, users: 1, adminEmails: [] });
  });

  test('come as CSV with a line for every customer', async () => {
    const { branch, office, sibling } = world.organizations;
    const answer = await get('/customers/downloadReportRequests?outputFormat=csv');
    expect(answer.headers['content-type']).toBe('text/plain;charset=utf-8');
    const secondsOf = ({ createdAt }: Organization) => Math.floor(Date.parse(createdAt) / 1000);
    expect(answer.payload.split('\r\n')).toEqual([
      'isReportReady,organizationName,organizationId,createdAt,packageName,users,adminEmails,networks,roamingClients',
      `true,branch,${branch.id},${secondsOf(branch)},Belfry,1,amy@branch.example,1,1`,
      `true,office,${office.id},${secondsOf(office)},Belfry,1,,1,1`,
      `true,sibling,${sibling.id},${secondsOf(sibling)},Belfry,0,,0,0`,
      '',
    ]);
  });

  test('of an organization without customers hold its own line', async () => {
    const { office } = world.organizations;
    const answer = await get('/customers/downloadReportRequests?outputformat=CSV', await signIn(world, office));
    expect(answer.payload.split('\r\n').slice(1)).toEqual([expect.stringContaining(`,${office.id},`), '']);
  });

  test('run nothing in a spreadsheet and keep their columns, whatever a customer is called', async () => {
    const { stranger } = world.organizations;
    const names = ['=HYPERLINK("http://a.example")', '+49 30', '-2', '@SUM(1)', 'Smith, "Ltd"', "O'Neill"];
    for (const [index, name] of names.entries()) {
      await createOrganization(world.context.control.db, {
        slug: `named-${index}`,
        name,
        parentId: stranger.id,
        actor: TEST_ACTOR,
      });
    }
    const answer = await get('/customers/downloadReportRequests?outputFormat=csv', await signIn(world, stranger));
    const cells = answer.payload
      .split('\r\n')
      .slice(1, -1)
      .map((line) => /^true,(".*"|[^,]*),\d/.exec(line)?.[1]);
    expect(cells).toEqual([
      '"\'=HYPERLINK(""http://a.example"")"',
      "'+49 30",
      "'-2",
      "'@SUM(1)",
      '"Smith, ""Ltd"""',
      "O'Neill",
    ]);
  });

  test('come in no other form', async () => {
    const answer = await get('/customers/downloadReportRequests?outputFormat=xlsx');
    expect(answer.statusCode).toBe(400);
    const said = 'invalid value for outputFormat: must be one of json, csv';
    expect(answer.json()).toEqual({
      meta: {},
      data: { error: said, errors: [{ param: 'outputFormat', value: 'xlsx', error: said }] },
      message: 'Bad Request',
      code: 400,
      statusCode: 400,
      error: 'Validation Error',
      validationErrors: { outputFormat: said },
    });
  });
});

describe('security report requests', () => {
  test('answer as section 8 says, and are in the books', async () => {
    world.nowMs = Date.parse('2026-01-15T12:00:00Z');
    const { branch } = world.organizations;
    const answer = await post(branch.id, {
      email: 'it@branch.example',
      start_date: '2026-01-01',
      endDate: '2026-01-10',
    });
    expect(answer.statusCode).toBe(200);
    const { data } = answer.json();
    expect(answer.json()).toEqual({
      data: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        header: { date: expect.any(Number), status: 'pending' },
        body: {
          email: 'it@branch.example',
          organization_id: String(branch.id),
          organization_name: 'branch',
          origin_id: String(world.organizations.provider.id),
          start_date: '2026-01-01',
          end_date: '2026-01-10',
        },
      },
      status: 'ok',
      task: 'enqueue-task',
    });
    const found = await securityReportById(world.context.control.db, data.id);
    expect(found?.report).toMatchObject({
      organizationId: branch.id,
      requestedBy: { type: 'client', via: 'umbrella-reporting-v2' },
      state: 'pending',
    });
    expect(data.header.date).toBe(Math.floor(Date.parse(found?.report.createdAt ?? '') / 1000));
  });

  test.each([undefined, '', '{}', '{"email":"","start_date":null}'])('need no body: %j', async (body) => {
    const { office } = world.organizations;
    const { data } = (await post(office.id, body)).json();
    expect(data.body).toMatchObject({ email: '', start_date: '2025-12-17', end_date: '2026-01-15' });
  });

  test.each([
    ['{', 'body'],
    ['[]', 'body'],
    ['"2026-01-01"', 'body'],
    ['null', 'body'],
    [{ start_date: '2026-02-30' }, 'start_date'],
    [{ startDate: '01/02/2026' }, 'startDate'],
    [{ end_date: 20260101 }, 'end_date'],
    [{ endDate: ['2026-01-01'] }, 'endDate'],
    [{ start_date: '2026-01-01', startDate: '2026-01-02' }, 'startDate'],
    [{ start_date: '2026-01-11', end_date: '2026-01-10' }, 'startDate'],
    [{ start_date: '2020-01-01', end_date: '2026-01-10' }, 'startDate'],
    [{ email: 'nobody' }, 'email'],
    [{ email: 7 }, 'email'],
  ])('refuse the body %j for its %s', async (body, where) => {
    const answer = await post(world.organizations.branch.id, body);
    expect(answer.statusCode, answer.payload).toBe(400);
    expect(answer.json().data.errors).toEqual([expect.objectContaining({ param: where })]);
    expect(Object.keys(answer.json().validationErrors)).toEqual([where]);
  });

  test('about a foreign customer and one that does not exist are refused alike, to the byte', async () => {
    const { provider: above, branch, sibling, stranger } = world.organizations;
    const headers = await signIn(world, branch);
    const telling = async (customer: number | string, body?: unknown) => {
      const { statusCode, payload } = await post(customer, body, headers);
      return [statusCode, payload];
    };
    const elsewhere = await world.app.inject({ url: `/v2/organizations/4000000/providers/consoles`, headers });
    const nobody = await telling(4_000_000);
    expect(nobody).toEqual([403, elsewhere.payload]);
    for (const { id } of [above, sibling, stranger]) {
      expect(await telling(id)).toEqual(nobody);
      expect(await telling(id, { email: 'nobody' })).toEqual(nobody);
    }
    for (const odd of ['nonsense', '0', '-1', '99999999999', '%20']) expect(await telling(odd)).toEqual(nobody);
  });
});

describe('faults', () => {
  test('of the server name the request, and those of other reports do not', async () => {
    const broken = vi.spyOn(EventStore.prototype, 'query').mockRejectedValue(new Error('disk on fire'));
    const [consoles, deployments] = [await get('/consoles'), await get('/deployments?from=0&to=1')];
    broken.mockRestore();
    expect([consoles.statusCode, deployments.statusCode]).toEqual([500, 500]);
    expect(consoles.json()).toMatchObject({ statusCode: 500, txId: consoles.headers['x-request-id'] });
    expect(consoles.payload).not.toContain('disk on fire');
    expect(deployments.json()).not.toHaveProperty('txId');
    expect((await get('/deployments')).json()).toMatchObject({ statusCode: 400, error: 'Bad Request' });
  });
});

describe('rights', () => {
  test('to read and to ask for reports are scopes apart', async () => {
    const { provider: organization, branch } = world.organizations;
    const reader = await signIn(world, organization, ['reports.customers:read']);
    const writer = await signIn(world, organization, ['reports.customers:write']);
    for (const path of ['/consoles', '/customers/downloadReportRequests']) {
      expect((await get(path, reader)).statusCode).toBe(200);
      const refused = await get(path, writer);
      expect(refused.statusCode).toBe(403);
      expect(refused.json().data.error).toContain('reports.customers:read');
    }
    expect((await post(branch.id, {}, writer)).statusCode).toBe(200);
    const refused = await post(branch.id, {}, reader);
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ error: 'Forbidden', message: 'Forbidden', statusCode: 403 });
  });

  test('a path takes its own method only', async () => {
    const wrong = await get(`/customers/${world.organizations.branch.id}/securityReportRequests`);
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST']);
  });
});
