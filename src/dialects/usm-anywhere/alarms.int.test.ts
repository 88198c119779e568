import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { raiseAlarms, USM, type UsmClient, type UsmPage, usmClient } from '../../../test/usm-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createLabel } from '../../control/repos/labels.ts';
import { changeAlarm } from '../../core/alarms/index.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import { sensorId } from '../../model/sensor-id.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const LABEL_NAMES = ['first look', 'false positive'];

describe('alarms of USM Anywhere', () => {
  let world: World;
  let branch: UsmClient;
  let foreign: string;
  let labels: string[];

  const rules = [
    { priority: 20, intent: 'Reconnaissance & Probing', strategy: 'Portscan', method: 'Nmap' },
    {
      priority: 40,
      intent: 'Delivery & Attack',
      strategy: 'Brute Force Authentication',
      method: 'Remote Desktop, RDP',
    },
    { priority: 90, intent: 'System Compromise', strategy: 'C&C Communication', method: 'Known server' },
  ] as const;

  beforeAll(async () => {
    world = await openWorld();
    const { organizations } = world;
    const records = Array.from({ length: 12 }, (_, index) => ({
      time: new Date(START + index * 1000).toISOString(),
      kind: 'intrusion',
      signature: 'ET SCAN',
      src_ip: '10.0.0.1',
      dst_ip: '192.0.2.1',
      identity_labels: ['ana@example.org', 'laptop-1'],
      identity_types: ['AD Users', 'AD Computers'],
    }));
    await world.load(organizations.branch, records);
    const positions = records.map((_, row) => ({ timeUs: (START + row * 1000) * 1000, seq: 1, row }));
    await raiseAlarms(world, [
      testMatch(organizations.branch, {
        rule: { id: 'rule-0', ...rules[0] },
        positions,
        events: 12,
        lastEventUs: (START + 11_000) * 1000,
        sensors: ['test-records'],
      }),
      ...[1, 2].map((index) =>
        testMatch(organizations.branch, {
          rule: { id: `rule-${index}`, ...rules[index] },
          windowStartMs: START + index * HOUR,
          sensors: ['zeek'],
        }),
      ),
      testMatch(organizations.stranger),
    ]);
    foreign = testMatch(organizations.stranger).alarmId;
    branch = await usmClient(world, organizations.branch);
    const { db } = world.context.control;
    labels = [];
    for (const name of LABEL_NAMES) {
      labels.push((await createLabel(db, { name, organizationId: organizations.branch.id, actor: TEST_ACTOR })).id);
    }
  });

  afterAll(() => world?.close());

  async function list(query: string): Promise<UsmPage> {
    const answer = await branch.ask(`/alarms${query}`);
    expect(answer.statusCode, `${query}: ${answer.payload}`).toBe(200);
    return answer.json();
  }

  const idsOf = (page: UsmPage) => page._embedded.alarms?.map(({ rule_id: id }) => id);

  test.each([
    ['', ['rule-2', 'rule-1', 'rule-0']],
    ['/', ['rule-2', 'rule-1', 'rule-0']],
    ['?status=open', ['rule-2', 'rule-1', 'rule-0']],
    ['?status=OPEN,closed', ['rule-2', 'rule-1', 'rule-0']],
    ['?status=closed&status=open', ['rule-2', 'rule-1', 'rule-0']],
    ['?status=in+review', []],
    ['?status=nonsense', []],
    ['?suppressed=False', ['rule-2', 'rule-1', 'rule-0']],
    ['?suppressed=true', []],
    ['?rule_intent=Delivery+%26+Attack', ['rule-1']],
    ['?rule_intent=delivery+%26+attack', []],
    ['?rule_strategy=C%26C+Communication', ['rule-2']],
    ['?rule_method=Remote+Desktop%2C+RDP', ['rule-1']],
    ['?priority_label=low', ['rule-0']],
    ['?priority_label=Low,HIGH', ['rule-2', 'rule-0']],
    ['?priority_label=low&priority_label=medium', ['rule-1', 'rule-0']],
    ['?priority_label=critical', []],
    [`?timestamp_occured_gte=${START + HOUR}`, ['rule-2', 'rule-1']],
    [`?timestamp_occured_gte=${START + HOUR + 1}.0`, ['rule-2']],
    [`?timestamp_occured_lte=${START + 11_000}`, ['rule-0']],
    [`?timestamp_occurred_lte=${START + HOUR}`, ['rule-1', 'rule-0']],
    ['?timestamp_occured_gte=1.0&timestamp_occured_lte=', ['rule-2', 'rule-1', 'rule-0']],
    ['?timestamp_occured_lte%20=1', ['rule-2', 'rule-1', 'rule-0']],
    ['?timestamp_received_gte=9999999999999&priority=1&account_name=x', ['rule-2', 'rule-1', 'rule-0']],
    ['?timestamp_occured_gte=99999999999999999999', []],
    ['?sort=priority,asc', ['rule-0', 'rule-1', 'rule-2']],
    ['?sort=priority%2CDESC', ['rule-2', 'rule-1', 'rule-0']],
    ['?sort=asc', ['rule-0', 'rule-1', 'rule-2']],
    ['?sort=timestamp_occurred', ['rule-0', 'rule-1', 'rule-2']],
    ['?sort=status,asc&sort=rule_method,desc', ['rule-1', 'rule-0', 'rule-2']],
    ['?sort=nonsense,asc', ['rule-2', 'rule-1', 'rule-0']],
    ['?sort=constructor,asc&sort=,', ['rule-2', 'rule-1', 'rule-0']],
    ['?page=-1&size=0', ['rule-2', 'rule-1', 'rule-0']],
    ['?page=1.0&size=2', ['rule-0']],
    ['?page=1000000000000&size=1000000', []],
  ])('are found by %s', async (query, expected) => {
    expect(idsOf(await list(query))).toEqual(expected);
  });

  test('are found by the sensor that saw them', async () => {
    const { branch: organization } = world.organizations;
    const id = sensorId(organization, 'test-records');
    expect(idsOf(await list(`?alarm_sensor_sources=${id.toUpperCase()}`))).toEqual(['rule-0']);
    expect(idsOf(await list(`?alarm_sensor_sources=${NOBODY}`))).toEqual([]);
  });

  test('come in an envelope whose links lead on and keep what was asked', async () => {
    const page = await list('?status=open&suppressed=&page=1&size=1&sort=priority%2Casc');
    const kept = `http://localhost:80${USM}/alarms?status=open&suppressed=`;
    const next = (number: number) => `${kept}&page=${number}&size=1&sort=priority,asc`;
    const { href: last } = page._links.last;
    const moment = /&moment=[\w-]+$/.exec(last)?.[0];
    expect(Object.keys(page)).toEqual(['_links', '_embedded', 'page']);
    expect(page._links).toEqual({
      first: { href: next(0), templated: false },
      prev: { href: next(0) + moment, templated: false },
      self: { href: `${kept}&page=1&size=1&sort=priority%2Casc`, templated: false },
      next: { href: next(2) + moment, templated: false },
      last: { href: next(2) + moment, templated: false },
    });
    expect(page.page).toEqual({ size: 1, totalElements: 3, totalPages: 3, number: 1 });
    expect((await list('?size=1000000')).page.size).toBe(2000);
    expect((await list('')).page.size).toBe(20);
    const beyond = await list('?page=7');
    expect(beyond.page).toEqual({ size: 20, totalElements: 3, totalPages: 1, number: 7 });
    expect(beyond._links.next).toBeUndefined();
  });

  test('have the fields clients look for, in lists with wrapped events', async () => {
    const { branch: organization } = world.organizations;
    const [alarm] = (await list('?priority_label=low'))._embedded.alarms ?? [];
    const self = `http://localhost:80${USM}/alarms/${alarm?.uuid}`;
    expect(alarm).toMatchObject({
      has_alarm: false,
      packet_type: 'alarm',
      priority: 20,
      priority_label: 'low',
      suppressed: false,
      status: 'open',
      mute: '1h',
      rule_id: 'rule-0',
      rule_method: 'Nmap',
      rule_attack_id: 'T1046',
      rule_attack_tactic: ['Discovery'],
      rule_author: 'somebody',
      rule_licence: 'DRL-1.1',
      alarm_events_count: 12,
      alarm_sensor_sources: [sensorId(organization, 'test-records')],
      alarm_sources: ['10.0.0.1'],
      alarm_destination_names: ['host.example'],
      source_name: '10.0.0.1',
      source_username: 'ana@example.org',
      event_name: 'ET SCAN',
      timestamp_occured: String(START + 11_000),
      timestamp_occured_iso8601: '2026-01-01T00:00:11.000Z',
      timestamp_received: String(world.nowMs),
      x_att_tenantid: organization.uuid,
      x_att_tenant_subdomain: 'branch',
      sources: [{ address: '10.0.0.1', event_count: 1, _links: { self: { href: self, templated: false } } }],
      _links: { self: { href: self, templated: false } },
    });
    expect(alarm?.packet_data).toHaveLength(12);
    const events = alarm?.events as Record<string, unknown>[];
    expect(events).toHaveLength(10);
    expect(events[0]).toMatchObject({
      _links: { self: { href: `http://localhost:80${USM}/events/{eventId}`, templated: true } },
      timeStamp: expect.any(Number),
      message: { uuid: world.context.eventIds.idOf({ seq: 1, row: 0 }), has_alarm: 'true', suppressed: 'false' },
    });
  });

  test('come one by one with flat events', async () => {
    const [listed] = (await list('?priority_label=low'))._embedded.alarms ?? [];
    const answer = await branch.ask(`/alarms/${String(listed?.uuid).toUpperCase()}`);
    const { events, ...alarm } = answer.json();
    expect({ ...alarm, events: listed?.events }).toEqual(listed);
    expect(events).toHaveLength(12);
    expect(events[11]).toMatchObject({
      uuid: world.context.eventIds.idOf({ seq: 1, row: 11 }),
      has_alarm: true,
      in_alarms: [listed?.uuid],
      suppressed: false,
      _links: {
        self: {
          href: `http://localhost:80${USM}/events/${world.context.eventIds.idOf({ seq: 1, row: 11 })}`,
          templated: false,
        },
      },
    });
  });

  test('name each address and each name of their ends once', async () => {
    const { sibling } = world.organizations;
    const [address, events] = ['192.0.2.1', 1];
    const destinations = ['a.example', 'b.example'].map((name) => ({ address, name, events }));
    await raiseAlarms(world, [testMatch(sibling, { batchSeq: 2, destinations })]);
    const answer = await (await usmClient(world, sibling)).ask('/alarms');
    const [alarm] = (answer.json() as UsmPage)._embedded.alarms ?? [];
    expect(alarm).toMatchObject({
      alarm_destinations: [address],
      alarm_destination_names: ['a.example', 'b.example'],
      destinations: [
        { address, fqdn: 'a.example' },
        { address, fqdn: 'b.example' },
      ],
    });
  });

  test('of others, and those that do not exist, are not found', async () => {
    for (const id of [foreign, NOBODY, 'x', '1', "1'%20OR%201=1", '%00', 'x'.repeat(10_000)]) {
      for (const path of [`/alarms/${id}`, `/alarms/${id}/labels`]) {
        const answer = await branch.ask(path);
        expect(answer.statusCode, path.slice(0, 100)).toBe(404);
        expect(answer.json()).toMatchObject({ result: 'error', error: 'not_found' });
        expect(answer.payload.length).toBeLessThan(1000);
      }
    }
  });

  test('are found by what people decided, also as one client writes it', async () => {
    const [alarm] = (await list('?priority_label=medium'))._embedded.alarms ?? [];
    const { branch: organization } = world.organizations;
    const scope = { organization, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
    await changeAlarm(world.context, scope, String(alarm?.uuid), { status: 'in_review' });
    const query = '/?page=0&size=2&suppressed=False&status=in+review&sort=priority%2Cdesc';
    const authorization = branch.authorization.replace('Bearer', 'bearer');
    const answer = await branch.ask(`/alarms${query}`, { headers: { authorization } });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()._embedded.alarms).toMatchObject([{ uuid: alarm?.uuid, status: 'in_review' }]);
    expect(idsOf(await list('?status=in_review,closed'))).toEqual(['rule-1']);
    expect(idsOf(await list('?status=open'))).toEqual(['rule-2', 'rule-0']);
    await changeAlarm(world.context, scope, String(alarm?.uuid), { status: 'open', suppressed: true });
    expect(idsOf(await list('?suppressed=True'))).toEqual(['rule-1']);
    expect(idsOf(await list(''))).toEqual(['rule-2', 'rule-1', 'rule-0']);
  });

  test('carry labels', async () => {
    const [alarm] = (await list('?priority_label=high'))._embedded.alarms ?? [];
    const path = `/alarms/${alarm?.uuid}/labels`;
    const [first = '', second = ''] = labels;
    const ask = async (method: 'GET' | 'PUT' | 'DELETE', label = '', of = path) => {
      const answer = await branch.ask(label === '' ? of : `${of}/${label}`, { method });
      return answer.statusCode === 200 ? answer.json().alarm_labels : answer.statusCode;
    };
    expect(await ask('GET')).toEqual([]);
    expect(await ask('PUT', first)).toEqual([first]);
    expect(await ask('PUT', first)).toEqual([first]);
    expect(await ask('PUT', second.toUpperCase())).toEqual([first, second]);
    expect((await list('?priority_label=high'))._embedded.alarms?.[0]?.alarm_labels).toEqual([first, second]);
    expect(await ask('DELETE', first)).toEqual([second]);
    expect(await ask('DELETE', first)).toEqual([second]);
    expect(await ask('GET')).toEqual([second]);
    for (const method of ['PUT', 'DELETE'] as const) {
      for (const label of [NOBODY, 'x', 'x'.repeat(10_000)]) expect(await ask(method, label)).toBe(404);
      for (const id of [NOBODY, foreign]) expect(await ask(method, first, `/alarms/${id}/labels`)).toBe(404);
    }
  });
});
