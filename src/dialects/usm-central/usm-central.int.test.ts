import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { describedBy } from '../../../test/contract/openapi.ts';
import { basic, raiseAlarms, type UsmClient, usmClient, walk } from '../../../test/usm-api.ts';
import { openWorld, type World, type WorldOrganizations } from '../../../test/world.ts';
import { changeAlarm } from '../../core/alarms/index.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import { sensorId } from '../../model/sensor-id.ts';

const CENTRAL = '/api/1.1';
const HOUR = Date.parse('2026-01-01T00:00:00Z');

let world: World;
let tree: WorldOrganizations;
let provider: UsmClient;

const centralClient = (slug: keyof WorldOrganizations) =>
  usmClient(world, tree[slug], { prefix: CENTRAL, client: { api: 'usm-central' } });

/** Three alarms in each, an hour apart, the highest priority last. */
const alarmsOf = (slug: keyof WorldOrganizations) =>
  [20, 50, 80].map((priority, index) =>
    testMatch(tree[slug], {
      rule: { priority, method: `${slug} ${priority}` },
      windowStartMs: HOUR + index * 3_600_000,
      batchSeq: tree[slug].id * 10 + index,
    }),
  );

beforeAll(async () => {
  world = await openWorld();
  tree = world.organizations;
  await world.load(tree.branch, [{ time: '2026-01-01T00:00:00Z', kind: 'dns', domain: 'seen.example' }]);
  const slugs = ['provider', 'branch', 'office', 'sibling', 'stranger'] as const;
  await raiseAlarms(world, slugs.flatMap(alarmsOf));
  provider = await centralClient('provider');
});

afterAll(() => world?.close());

const methods = (items: readonly Readonly<Record<string, unknown>>[]) =>
  items.map(({ alarm }) => (alarm as { rule_method: string }).rule_method);

const list = async (query: string, client = provider) => methods(await walk(client, `/alarms?${query}`));

describe('credentials', () => {
  const token = async (path: string, api: string | null) => {
    const authorization = basic(await world.createClient(tree.provider, { api }));
    const url = `${path}/oauth/token?grant_type=client_credentials`;
    return (await world.app.inject({ method: 'POST', url, headers: { authorization } })).statusCode;
  };

  test.each([
    ['usm-central', 200, 401],
    ['usm-anywhere', 401, 200],
    [null, 401, 200],
  ])('a client made for %s gets %i here and %i at USM Anywhere', async (api, here, there) => {
    expect([await token(CENTRAL, api), await token('/api/2.0', api)]).toEqual([here, there]);
  });

  test('a token of one surface opens nothing on the other', async () => {
    const anywhere = await usmClient(world, tree.provider);
    for (const [url, authorization] of [
      [`${CENTRAL}/deployments`, anywhere.authorization],
      ['/api/2.0/alarms', provider.authorization],
    ] as const) {
      const answer = await world.app.inject({ url, headers: { authorization } });
      expect([answer.statusCode, answer.json().error]).toEqual([401, 'invalid_token']);
    }
  });
});

describe('deployments', () => {
  test('are all organizations below the client’s, and not itself', async () => {
    const answer = await provider.ask('/deployments');
    expect(answer.json()).toEqual(
      [tree.branch, tree.office, tree.sibling].map(({ slug, uuid, createdAt }) => ({
        id: `cn://${slug}.usm.example`,
        licenseKey: uuid,
        fqdn: `${slug}.usm.example`,
        name: `${slug}.usm.example`,
        displayName: slug,
        type: 'USM Anywhere',
        joinedSince: Date.parse(createdAt),
        connectionStatus: 'connected',
        authorized: true,
      })),
    );
  });

  test('answer USM Anywhere where they say, with the port the client used', async () => {
    const answer = await provider.ask(`http://provider.usm.example:8443${CENTRAL}/deployments`);
    const [{ fqdn }] = answer.json();
    expect(fqdn).toBe('branch.usm.example:8443');
    const anywhere = await usmClient(world, tree.provider);
    const alarms = await anywhere.ask(`http://${fqdn}/api/2.0/alarms?sort=priority,asc`);
    expect(alarms.json()._embedded.alarms[0].rule_method).toBe('branch 20');
  });

  test('are those below the organization whose host was called', async () => {
    const names = async (client: UsmClient, slug: string) =>
      (await client.ask(`http://${slug}.usm.example${CENTRAL}/deployments`)).json();
    expect(await names(provider, 'branch')).toMatchObject([{ displayName: 'office' }]);
    expect(await names(provider, 'office')).toEqual([]);
    expect(await names(provider, 'stranger')).toMatchObject({ error: 'access_denied' });
  });
});

describe('alarms', () => {
  test('are those of all deployments, newest first, each once while more arrive', async () => {
    const before = (await provider.ask('/alarms')).json().page.totalElements;
    expect(before).toBe(9);
    let late = 0;
    const items = await walk(provider, '/alarms?size=2', async () => {
      late += 1;
      await raiseAlarms(world, [testMatch(tree.office, { groupKey: `late ${late}`, batchSeq: 1000 + late })]);
    });
    expect(items).toHaveLength(before);
    expect(new Set(items.map(({ id }) => id)).size).toBe(before);
    expect(methods(items).map((method) => method.split(' ')[1])).toEqual(
      [80, 80, 80, 50, 50, 50, 20, 20, 20].map(String),
    );
  });

  test('are filtered and sorted as at USM Anywhere, and by deployment', async () => {
    const high = 'priority_label=high&sort=rule_method,asc';
    expect(await list(high)).toEqual(['branch 80', 'office 80', 'sibling 80']);
    const narrowed = [
      'deploymentId=cn://office.usm.example',
      'tenantId=office.usm.example',
      'deploymentId=cn%3A%2F%2FOffice.usm.example&tenantId=cn://office.usm.example',
      'deploymentId=cn://office.usm.example&deploymentId=cn://nobody.usm.example',
    ];
    for (const query of narrowed) expect(await list(`${high}&${query}`), query).toEqual(['office 80']);
    for (const query of ['tenantId=cn://stranger.usm.example', 'deploymentId=cn://provider.usm.example']) {
      expect(await list(query), query).toEqual([]);
    }
    expect(await list('rule_method=sibling%2050')).toEqual(['sibling 50']);
    expect(
      await list(`timestamp_occured_gte=${HOUR + 1}&timestamp_occured_lte=${HOUR + 3_600_000}&size=5`),
    ).toHaveLength(3);
  });

  test('are found by the sensor of one deployment', async () => {
    await raiseAlarms(world, [
      testMatch(tree.branch, { groupKey: 'by sensor', batchSeq: 5000, sensors: ['test-records'] }),
    ]);
    const of = (organization: typeof tree.branch) =>
      list(`alarm_sensor_sources=${sensorId(organization, 'test-records')}`);
    expect(await of(tree.branch)).toEqual(['Nmap']);
    expect(await of(tree.sibling)).toEqual([]);
  });

  test('are documents, alike in lists and alone', async () => {
    const [listed] = await walk(provider, '/alarms?rule_method=office%2080');
    const { alarmId, rule } = alarmsOf('office')[2] ?? testMatch(tree.office);
    expect(listed).toMatchObject({
      id: alarmId,
      tenantId: 'cn://office.usm.example',
      licenseId: tree.office.uuid,
      msspId: tree.provider.uuid,
      timestamp: world.nowMs,
      '@timestamp': new Date(world.nowMs).toISOString(),
      '@version': 1,
      assets: [],
      alarm: { uuid: alarmId, rule_method: rule.method, x_att_tenant_subdomain: 'office', status: 'open' },
    });
    for (const member of ['events', '_links']) expect(listed?.alarm).not.toHaveProperty(member);
    const alone = await provider.ask(`/alarms/${alarmId}`);
    expect(alone.json()).toEqual(listed);
    const document = describedBy((await world.app.inject('/docs/usm-central/openapi.json')).json());
    for (const path of ['/alarms', `/alarms/${alarmId}`, '/deployments']) {
      const body = (await provider.ask(path)).json();
      expect(document.faultOf({ path: CENTRAL + path }, { status: 200, body }), path).toBeUndefined();
    }
  });

  test('show what people did in the deployment', async () => {
    const { alarmId } = alarmsOf('sibling')[0] ?? testMatch(tree.sibling);
    const actor = { type: 'user', id: 'x', label: 'x', from: 'local', via: 'test' } as const;
    const scope = { organization: tree.sibling, permissions: new Set(PERMISSIONS), actor };
    await changeAlarm(world.context, scope, alarmId, { status: 'closed' });
    expect(await list('status=closed')).toEqual(['sibling 20']);
  });
});

describe('two providers', () => {
  test('see nothing of one another, by list, by deployment or by id', async () => {
    const stranger = await centralClient('stranger');
    expect(await list('', stranger)).toEqual([]);
    expect((await stranger.ask('/deployments')).json()).toEqual([]);
    const ids = (['branch', 'stranger', 'provider'] as const).map((slug) => alarmsOf(slug)[0]?.alarmId ?? '');
    const answers = await Promise.all(
      [...ids, '5b0a4a7e-90c5-4b53-a9f8-0bb4bd7d5f10', 'x'].map((id) => stranger.ask(`/alarms/${id}`)),
    );
    for (const answer of answers) {
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ result: 'error', error: 'not_found', status: 404 });
    }
    expect((await provider.ask(`/alarms/${ids[2]}`)).statusCode).toBe(404);
    expect((await provider.ask(`/alarms/${ids[0]}`)).statusCode).toBe(200);
  });
});
