import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import type { TestRecord } from '../../../test/records-format.ts';
import { raiseAlarms, type UsmClient, type UsmPage, usmClient, walk } from '../../../test/usm-api.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { sensorId } from '../../model/sensor-id.ts';

const START = Date.parse('2026-01-10T00:00:00Z');

/** Names are the domains. */
const RECORDS: readonly TestRecord[] = [
  {
    kind: 'dns',
    domain: 'one.example',
    query_type: 'AAAA',
    return_code: 0,
    src_ip: '10.0.0.1',
    identity_labels: ['ana@example.org', 'laptop-1'],
    identity_types: ['AD Users', 'Roaming Computers'],
    verdict: 'blocked',
    category_labels: ['Phishing'],
  },
  {
    kind: 'web',
    domain: 'two.example',
    url: 'https://two.example/a?b=c',
    method: 'GET',
    status: 200,
    src_ip: '10.0.0.2',
    src_port: 50_000,
    dst_ip: '192.0.2.2',
    dst_port: 443,
    proto: 6,
    bytes_in: 0,
    bytes_out: 120,
    user_agent: 'curl/8',
    file_name: 'a.exe',
    sha256: 'ab'.repeat(32),
    extra: { account_name: 'acme-prod', data_center: 'Ashburn' },
  },
  { kind: 'intrusion', domain: 'three.example', signature: "ET 'SCAN'", severity: 2, src_ip: '2001:db8::1', proto: 17 },
  {
    kind: 'endpoint',
    domain: 'four.example',
    record_type: 'ssh',
    identity_labels: ['Main Building'],
    extra: { TargetUserName: 'root', Image: '/usr/bin/ssh', packets_sent: '17', packets_received: 'many' },
  },
];

describe('events of USM Anywhere', () => {
  let world: World;
  let branch: UsmClient;

  beforeAll(async () => {
    world = await openWorld({ retentionDays: 30 });
    const { organizations } = world;
    await world.load(
      organizations.branch,
      RECORDS.map((record, index) => ({ ...record, time: new Date(START + index * 1000 + 0.5).toISOString() })),
    );
    await world.load(organizations.branch, [{ time: '2025-12-01T00:00:00Z', kind: 'dns', domain: 'old.example' }]);
    await world.load(organizations.stranger, [
      { time: '2026-01-10T00:00:00Z', kind: 'dns', domain: 'foreign.example' },
    ]);
    branch = await usmClient(world, organizations.branch);
  });

  afterAll(() => world?.close());

  async function list(query: string): Promise<UsmPage> {
    const answer = await branch.ask(`/events${query}`);
    expect(answer.statusCode, `${query}: ${answer.payload}`).toBe(200);
    return answer.json();
  }

  const namesOf = ({ _embedded }: UsmPage) => _embedded.events?.map(({ destination_name: name }) => name);
  const ALL = ['four.example', 'three.example', 'two.example', 'one.example'];

  test.each([
    ['', ALL],
    ['/?account_name=&suppressed=False', ALL],
    ['?suppressed=true', []],
    ['?plugin=test-records', ALL],
    ['?plugin=Suricata', []],
    ['?event_name=DNS+query', ['one.example']],
    ['?event_name=dns+query', []],
    ["?event_name=ET+'SCAN'", ['three.example']],
    ['?event_name=ssh&event_name=Web+request', ['four.example', 'two.example']],
    ['?source_name=laptop-1', ['one.example']],
    ['?source_name=10.0.0.1', []],
    ['?source_name=10.0.0.2', ['two.example']],
    ['?source_name=2001:db8::1', ['three.example']],
    ['?source_username=ana%40example.org', ['one.example']],
    ['?source_username=laptop-1', []],
    ['?account_name=acme-prod', ['two.example']],
    [
      `?timestamp_occured_gte=${START + 1000}&timestamp_occured_lte=${START + 2000}.0`,
      ['three.example', 'two.example'],
    ],
    [`?timestamp_occurred_lte=${START}`, ['one.example']],
    ['?timestamp_occured_gte=99999999999999999999', []],
    ['?timestamp_gte=99999999999999&timestamp_received_gte=99999999999999&event_category=x', ALL],
    ['?sort=timestamp_occured,asc', [...ALL].reverse()],
    [
      '?sort=event_name,asc&sort=timestamp_occured,desc',
      ['one.example', 'three.example', 'two.example', 'four.example'],
    ],
    ['?sort=timestamp_received', [...ALL].reverse()],
    ['?sort=priority,desc', ALL],
    ['?page=1&size=3', ['one.example']],
    ['?page=2147483648&size=2000', []],
  ])('are found by %s', async (query, expected) => {
    expect(namesOf(await list(query))).toEqual(expected);
  });

  test('are found by the sensor that saw them', async () => {
    const sensor = sensorId(world.organizations.branch, 'test-records');
    expect(namesOf(await list(`?sensor_uuid=${sensor}`))).toEqual(ALL);
    expect(namesOf(await list(`?sensor_uuid=${sensor}&plugin=Zeek`))).toEqual([]);
    expect(namesOf(await list(`?sensor_uuid=${sensorId(world.organizations.stranger, 'test-records')}`))).toEqual([]);
  });

  test('stand under each name that clients read them by', async () => {
    const { _embedded: embedded, page } = await list('');
    expect(Object.keys(embedded)).toEqual(['events', 'eventResources', 'eventResourceList']);
    expect(embedded.eventResources).toEqual(embedded.events);
    expect(embedded.eventResourceList).toEqual(embedded.events);
    expect(page).toEqual({ size: 20, totalElements: 4, totalPages: 1, number: 0 });
  });

  test('have the fields that clients look for', async () => {
    const { branch: organization } = world.organizations;
    const [endpoint, , web, dns] = (await list(''))._embedded.events ?? [];
    expect(dns).toMatchObject({
      event_name: 'DNS query',
      packet_type: 'log',
      has_alarm: false,
      suppressed: false,
      needs_enrichment: false,
      timestamp_occured: String(START),
      timestamp_occured_iso8601: '2026-01-10T00:00:00.000Z',
      timestamp_received: expect.stringMatching(/^\d{13}$/),
      plugin: 'test-records',
      sensor_uuid: sensorId(organization, 'test-records'),
      x_att_tenantid: organization.uuid,
      source_name: 'laptop-1',
      source_address: '10.0.0.1',
      source_username: 'ana@example.org',
      access_control_outcome: 'Deny',
      event_category: 'Phishing',
      dns_rrname: 'one.example',
      dns_rrtype: 'AAAA',
      dns_rcode: '0',
      log: expect.stringContaining('one.example'),
    });
    expect(web).toMatchObject({
      source_name: '10.0.0.2',
      source_port: 50_000,
      destination_name: 'two.example',
      destination_address: '192.0.2.2',
      destination_port: 443,
      transport_protocol: 'TCP',
      bytes_in: 0,
      bytes_out: 120,
      request_url: 'https://two.example/a?b=c',
      request_user_agent: 'curl/8',
      http_hostname: 'two.example',
      file_name: 'a.exe',
      file_hash_sha256: 'ab'.repeat(32),
      account_name: 'acme-prod',
      customheader_1: 'data_center',
      customfield_1: 'Ashburn',
    });
    expect(endpoint).toMatchObject({
      event_name: 'ssh',
      source_name: 'Main Building',
      destination_username: 'root',
      source_process: '/usr/bin/ssh',
      packets_sent: 17,
    });
    expect(endpoint).not.toHaveProperty('source_hostname');
    expect(endpoint).not.toHaveProperty('packets_received');
    expect(Object.values({ ...endpoint, ...web, ...dns })).not.toContain(null);
  });

  test('are read one by one as lists show them', async () => {
    const events = (await list(''))._embedded.events ?? [];
    expect(events).toHaveLength(4);
    for (const event of events) expect((await branch.ask(`/events/${event.uuid}`)).json()).toEqual(event);
  });

  test('of others, those too old, and those that do not exist are not found', async () => {
    const id = (seq: number, row: number) => world.context.eventIds.idOf({ seq, row });
    expect((await branch.ask(`/events/${id(1, 3)}`)).statusCode).toBe(200);
    const ids = [id(1, 4), id(2, 0), id(3, 0), id(2 ** 48 - 1, 2 ** 32 - 1), 'x', '%00', 'x'.repeat(10_000)];
    for (const each of ids) {
      const answer = await branch.ask(`/events/${each}`);
      expect(answer.statusCode, each.slice(0, 100)).toBe(404);
      expect(answer.json()).toMatchObject({ result: 'error', error: 'not_found' });
    }
  });

  test('name the alarms that name them', async () => {
    const match = testMatch(world.organizations.branch, {
      windowStartMs: START,
      firstEventUs: (START + 1000) * 1000,
      positions: [{ timeUs: (START + 1000) * 1000, seq: 1, row: 1 }],
    });
    await raiseAlarms(world, [match, testMatch(world.organizations.stranger, { windowStartMs: START })]);
    const event = (await branch.ask(`/events/${world.context.eventIds.idOf({ seq: 1, row: 1 })}`)).json();
    expect(event).toMatchObject({ has_alarm: true, in_alarms: [match.alarmId] });
    const other = (await branch.ask(`/events/${world.context.eventIds.idOf({ seq: 1, row: 0 })}`)).json();
    expect(other.has_alarm).toBe(false);
    expect(other).not.toHaveProperty('in_alarms');
  });

  test('of which more come while they are read are read once each', async () => {
    const { office } = world.organizations;
    const client = await usmClient(world, office);
    let batch = 0;
    const more = () => {
      batch += 1;
      const records = Array.from({ length: 6 }, (_, index) => ({
        time: new Date(START + (index % 2) * 1000).toISOString(),
        kind: 'dns',
        domain: `host${index}.batch${batch}.example`,
      }));
      return world.load(office, records);
    };
    await more();
    await more();
    for (const sort of ['timestamp_occured,desc', 'event_name,asc', 'timestamp_received,desc']) {
      const there = (await client.ask('/events')).json().page.totalElements;
      let turn = 0;
      const walked = await walk(client, `/events?size=5&sort=${sort}`, async () => {
        turn += 1;
        if (turn === 1) await more();
      });
      expect(walked).toHaveLength(there);
      expect(new Set(walked.map(({ uuid }) => uuid)).size).toBe(there);
    }
  });
});
