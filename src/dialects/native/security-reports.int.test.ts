import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { Body } from '../../../test/body.ts';
import { describedBy } from '../../../test/contract/openapi.ts';
import { type NativeApi, openNativeApi, zeekLog } from '../../../test/native-api.ts';

let api: NativeApi;
/** A token of the provider's client on the vendor's surface. */
let token: string;

beforeAll(async () => {
  api = await openNativeApi();
  for (const [slug, parent] of [['provider'], ['clinic', 'provider'], ['rival']]) {
    await call('POST', '/organizations', { body: { slug, name: `The ${slug}`, parent } });
  }
  for (const slug of ['provider', 'clinic', 'rival']) {
    const body = { email: `amy@${slug}.example`, name: slug, role: 'viewer', organization: slug, password: PASSWORD };
    expect((await call('POST', '/users', { body })).status).toBe(201);
  }
  await call('POST', '/organizations/clinic/imports?path=dns.log', { body: zeekLog(7, '10.0.0.1') });
  token = await signIn();
});

afterAll(() => api?.close());

const call: NativeApi['call'] = (...args) => api.call(...args);

const PASSWORD = 'correct horse battery';
const viewerOf = (slug: string) => basicAuth(`amy@${slug}.example`, PASSWORD);

async function signIn(): Promise<string> {
  const { body } = await call('POST', '/clients', { body: { organization: 'provider', name: 'script' } });
  const authorization = basicAuth(body.clientId, body.clientSecret);
  const answer = await fetch(`${api.belfry.address}/auth/v2/token`, { headers: { authorization } });
  return ((await answer.json()) as Body).access_token;
}

/** Asks for a report on the vendor's surface, about the day the log is from. */
async function request(slug: string): Promise<string> {
  const { body: organization } = await call('GET', `/organizations/${slug}`);
  const path = `/reports/v2/providers/customers/${organization.id}/securityReportRequests`;
  const answer = await fetch(api.belfry.address + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ start_date: '2023-11-14', end_date: '2023-11-15', email: 'boss@provider.example' }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Body).data.id;
}

const path = (slug: string, id = '') => `/organizations/${slug}/security-reports${id && `/${id}`}`;

describe('security reports', () => {
  it('that a provider asked for are written and read here', async () => {
    const id = await request('clinic');
    const found = await vi.waitFor(
      async () => {
        const answer = await call('GET', path('clinic', id));
        expect(answer.body.state).toBe('ready');
        return answer.body;
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(found).toMatchObject({ id, startDate: '2023-11-14', endDate: '2023-11-15', error: null });
    expect(found.report).toMatchObject({ organization: { slug: 'clinic' }, totals: { requests: 7, domains: 7 } });
    expect(found.report.days.map((day: Body) => day.date)).toEqual(['2023-11-14', '2023-11-15']);
    const { report: _, ...listed } = found;
    expect((await call('GET', path('clinic'))).body).toEqual({ data: [listed] });
    const document = await (await fetch(`${api.belfry.address}/docs/belfry-v1/openapi.json`)).json();
    const described = describedBy(document as Body);
    for (const each of [path('clinic'), path('clinic', id)]) {
      const { status, body } = await call('GET', each);
      expect(described.faultOf({ path: `/belfry/v1${each}` }, { status, body })).toBeUndefined();
    }
  });

  it('are read by those who reach the organization, and are not there for others', async () => {
    const id = await request('clinic');
    for (const reader of ['clinic', 'provider']) {
      const { status, body } = await call('GET', path('clinic', id), { as: viewerOf(reader) });
      expect([status, body.id]).toEqual([200, id]);
    }
    const as = viewerOf('rival');
    expect((await call('GET', path('clinic'), { as })).status).toBe(404);
    expect((await call('GET', path('clinic', id), { as })).status).toBe(404);
    const [elsewhere, nowhere] = [
      await call('GET', path('rival', id), { as }),
      await call('GET', path('rival', 'nothing'), { as }),
    ];
    expect([elsewhere.status, nowhere.status]).toEqual([404, 404]);
    expect(elsewhere.body.error.message).toBe(nowhere.body.error.message);
    expect((await call('GET', path('rival'), { as })).body).toEqual({ data: [] });
  });

  it('do not tell a customer who above it asked', async () => {
    const id = await request('clinic');
    const { body } = await call('GET', path('clinic', id), { as: viewerOf('clinic') });
    expect(JSON.stringify(body)).not.toMatch(/provider|script/);
  });
});
