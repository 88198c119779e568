import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Body } from '../../body.ts';
import {
  type Account,
  ALARMS,
  bodyOf,
  CLIENTS,
  IN_QUERY,
  need,
  openUsmClientWorld,
  patientFetch,
  requestToken,
  SHARES,
  tokenOf,
  type UsmClientWorld,
} from '../../usm-client-world.ts';

// Programs of a provider that speak to USM Central, and to the deployments it lists, in the manner of those that exist
// (spec usm.md, section 9: CV, AK, SUMO).

let server: UsmClientWorld;
let dashboard: Dashboard;

beforeAll(async () => {
  server = await openUsmClientWorld();
  dashboard = new Dashboard(server.central);
  await dashboard.login();
});

afterAll(() => server?.world.close());

const FORM = { body: new URLSearchParams({ grant_type: 'client_credentials' }) };

/** Tries paths of several versions in turn until one answers 200. */
class Dashboard {
  private readonly account: Account;
  private token = '';

  constructor(account: Account) {
    this.account = account;
  }

  async login(): Promise<void> {
    for (const version of ['1.0', '2.0', '1.1']) {
      const answer = await requestToken(this.account, { ...FORM, version });
      if (answer.status !== 200) continue;
      const { access_token: token, expires_in: seconds } = (await answer.json()) as Body;
      if (!(seconds > 300)) throw new Error('the token is as good as expired');
      this.token = token;
      return;
    }
    throw new Error('no path gives a token');
  }

  async first(paths: readonly string[]): Promise<Body> {
    for (const path of paths) {
      const answer = await this.answer(path);
      if (answer.status === 200) return answer.json();
    }
    throw new Error('no path answers');
  }

  answer(path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return patientFetch(this.account.base + path, { headers });
  }

  deployments(): Promise<Body[]> {
    return this.first(['/api/2.0/deployments', '/api/1.1/deployments', '/deployments']);
  }

  async alarms(filters: string): Promise<Body[]> {
    const alarms: Body[] = [];
    for (let page = 0; ; page += 1) {
      const body = await bodyOf(await this.answer(`/api/1.1/alarms?page=${page}&size=50&${filters}`));
      alarms.push(...body._embedded.alarms);
      if (page + 1 >= body.page.totalPages) return alarms;
    }
  }
}

/** As a deployment's own program: pages until one is empty, statuses repeated, a range that filters nothing. */
async function deploymentItems(fqdn: string, account: Account, list: 'alarms' | 'events'): Promise<Body[]> {
  const token = await tokenOf({ ...account, base: `http://${fqdn}` }, FORM);
  const items: Body[] = [];
  for (let page = 0; page < 20; page += 1) {
    const url =
      `http://${fqdn}/api/2.0/${list}?timestamp_received_gte=9999999999998&timestamp_received_lte=9999999999999` +
      `&sort=timestamp_received%2Cdesc&suppressed=false&size=50&status=open&status=closed&status=in_review&page=${page}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { _embedded: found } = await bodyOf(await patientFetch(url, { headers }));
    const some = found.alarms ?? found.events ?? found.eventResourceList ?? found.eventResources;
    if (some.length === 0) return items;
    items.push(...some);
  }
  return items;
}

describe('a dashboard of a provider', () => {
  it('lists deployments as an array, wherever it finds it, with a host that it can call', async () => {
    const deployments = await dashboard.deployments();
    expect(deployments.map((one) => need(one, 'displayName')).sort()).toEqual(['branch', 'office', 'sibling']);
    for (const one of deployments) {
      expect(one).toMatchObject({ connectionStatus: 'connected', authorized: true, type: 'USM Anywhere' });
      expect(need(one, 'id')).toMatch(/^cn:\/\/[^/ ]+$/);
      expect(`http://${need(one, 'fqdn')}`).toBe(server.branch.base);
    }
  });

  it('reads alarms and events of each deployment with the credentials of that deployment', async () => {
    const [deployment] = await dashboard.deployments();
    const counts: number[] = [];
    for (const account of [server.branch, server.sibling]) {
      for (const list of ['alarms', 'events'] as const) {
        const items = await deploymentItems(deployment.fqdn, account, list);
        expect(new Set(items.map(({ uuid }) => uuid)).size).toBe(items.length);
        counts.push(items.length);
      }
    }
    expect(counts).toEqual([ALARMS, CLIENTS + 13 + SHARES, 3, 16]);
  });

  it('counts by the total of a page of one', async () => {
    const body = await bodyOf(await dashboard.answer('/api/1.1/alarms?size=1&suppressed=false'));
    expect(body.page).toEqual({ size: 1, totalElements: ALARMS + 3, totalPages: ALARMS + 3, number: 0 });
  });

  it('is refused by deployments with the credentials of Central', async () => {
    const answer = await requestToken(server.central, IN_QUERY);
    expect(answer.status).toBe(401);
    expect((await dashboard.answer('/api/2.0/alarms')).status).toBe(401);
  });
});

describe('an automation of a provider', () => {
  it('lists alarms of all deployments page by page, and each says whose it is', async () => {
    const deployments = await dashboard.deployments();
    const alarms = await dashboard.alarms('sort=timestamp_occured%2Casc');
    expect(new Set(alarms.map((one) => need(one, 'id'))).size).toBe(ALARMS + 3);
    for (const one of alarms) {
      const owner = deployments.find(({ id }) => id === need(one, 'tenantId'));
      expect(owner).toMatchObject({
        licenseKey: need(one, 'licenseId'),
        displayName: one.alarm.x_att_tenant_subdomain,
      });
      expect(Date.parse(one['@timestamp'])).toBe(one.timestamp);
      expect(need(one.alarm, 'rule_method')).toMatch(/\w/);
      expect(one.events.length).toBeGreaterThan(0);
    }
  });

  it('narrows the list to one deployment', async () => {
    const { id } = (await dashboard.deployments()).find(({ displayName }) => displayName === 'sibling');
    const alarms = await dashboard.alarms(`deploymentId=${encodeURIComponent(id)}`);
    expect(alarms.map(({ tenantId }) => tenantId)).toEqual([id, id, id]);
  });

  it('reads one alarm with its events', async () => {
    const [{ id }] = await dashboard.alarms('rule_method=File+Shared+Externally');
    const alarm = await bodyOf(await dashboard.answer(`/api/1.1/alarms/${id}`));
    expect(alarm).toMatchObject({ id, '@version': 1, assets: [], alarm: { uuid: id, priority_label: 'low' } });
    expect(alarm.events).toEqual([expect.objectContaining({ event_name: 'Web request', in_alarms: [id] })]);
    const unknown = await dashboard.answer('/api/1.1/alarms/00000000-0000-4000-8000-000000000000');
    expect([unknown.status, ((await unknown.json()) as Body).result]).toEqual([404, 'error']);
  });
});
