import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestRecord } from '../../../test/records-format.ts';
import { type UsmClient, usmClient } from '../../../test/usm-api.ts';
import { openWorld, type World } from '../../../test/world.ts';

type Json = Readonly<Record<string, unknown>>;

describe('what an event of USM Anywhere says', () => {
  let world: World;
  let branch: UsmClient;

  beforeAll(async () => {
    world = await openWorld();
    branch = await usmClient(world, world.organizations.branch);
  });

  afterAll(() => world?.close());

  let loaded = 0;
  async function eventOf(record: TestRecord): Promise<Json> {
    loaded += 1;
    const time = Date.parse('2026-01-10T00:00:00Z') + loaded * 1000;
    await world.load(world.organizations.branch, [{ time: new Date(time).toISOString(), ...record }]);
    const answer = await branch.ask(`/events?timestamp_occured_gte=${time}&timestamp_occured_lte=${time}`);
    return answer.json()._embedded.events[0];
  }

  test.each<[TestRecord, string]>([
    [
      { kind: 'dns', domain: 'a.example', src_ip: '10.0.0.1', verdict: 'blocked' },
      'DNS query from 10.0.0.1 to a.example, blocked',
    ],
    [
      { kind: 'intrusion', signature: 'ET SCAN', verdict: 'detected', identity_labels: ['Main'], dst_ip: '192.0.2.1' },
      'ET SCAN from Main to 192.0.2.1, detected',
    ],
    [{ kind: 'audit', record_type: 'auditlogs' }, 'Configuration change'],
    [
      { kind: 'endpoint', record_type: '4625', extra: { Message: 'An account failed to log on.' } },
      'An account failed to log on.',
    ],
    [{ kind: 'intrusion', signature: 'Scan::Port_Scan', extra: { msg: '10.0.0.1 scanned' } }, '10.0.0.1 scanned'],
  ])('describes %j', async (record, description) => {
    expect((await eventOf(record)).event_description).toBe(description);
  });

  test('names an outcome where somebody decided, or something has one', async () => {
    const outcome = async (record: TestRecord) => {
      const { event_outcome: event, access_control_outcome: access } = await eventOf(record);
      return [event, access];
    };
    expect(await outcome({ kind: 'web', verdict: 'allowed' })).toEqual(['allowed', 'Allow']);
    expect(await outcome({ kind: 'ip', verdict: 'blocked' })).toEqual(['blocked', 'Deny']);
    expect(await outcome({ kind: 'intrusion', verdict: 'detected' })).toEqual(['detected', undefined]);
    expect(await outcome({ kind: 'audit' })).toEqual([undefined, undefined]);
    expect(await outcome({ kind: 'file', verdict: 'blocked' })).toEqual(['blocked', 'Deny']);
    expect(await outcome({ kind: 'backup', extra: { task_status: 'failed' } })).toEqual(['failed', undefined]);
  });

  test('begins at the client where the packet came from the server', async () => {
    const reply = {
      kind: 'file',
      domain: 'files.example',
      src_ip: '192.0.2.9',
      src_port: 80,
      dst_ip: '10.0.0.5',
      dst_port: 50_000,
      identity_labels: ['10.0.0.5'],
    };
    expect(await eventOf(reply)).toMatchObject({
      source_name: '10.0.0.5',
      source_address: '10.0.0.5',
      source_canonical: '10.0.0.5',
      source_port: 50_000,
      destination_name: 'files.example',
      destination_address: '192.0.2.9',
      destination_canonical: '192.0.2.9',
      destination_port: 80,
    });
  });

  test('writes directions and counts of packets as the vendor does', async () => {
    const flow = { kind: 'firewall', direction: 'OUTBOUND', extra: { orig_pkts: '3', resp_pkts: '2' } };
    expect(await eventOf(flow)).toMatchObject({ device_direction: 'outbound', packets_sent: 3, packets_received: 2 });
  });
});
