import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { umbrellaCsv } from './index.ts';

const csv = (...fields: string[]) => `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`;
const padded = (fields: readonly string[], length: number) => [...fields, ...Array(length).fill('')].slice(0, length);

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([umbrellaCsv]);
});
afterAll(() => harness.close());

async function one(path: string, row: string) {
  const { events, rejects } = await harness.read(umbrellaCsv, path, row);
  expect(rejects).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0] ?? {};
}

describe('umbrella-csv: other folders', () => {
  it('reads the web proxy', async () => {
    const row = padded([], 55);
    const set = (fields: Record<number, string>) => {
      for (const [place, value] of Object.entries(fields)) row[Number(place) - 1] = value;
    };
    set({
      1: '2024-09-11 18:46:00',
      2: 'LAPTOP-7',
      3: '10.0.0.1',
      4: '203.0.113.1',
      5: '198.51.100.7',
      6: 'text/html; charset=utf-8',
    });
    set({
      7: 'BLOCKED',
      8: 'https://joe:pw@Example.com:8443/a?q="x",y&token=abc',
      9: 'https://r.example/?api_key=zz&b=1',
    });
    set({
      11: '403',
      12: '100',
      13: '2000',
      15: 'ABCDEF',
      16: 'Chat',
      17: 'EICAR',
      18: 'Toolbar',
      19: 'Malicious',
      20: 'Bad.Ware',
      21: '95',
    });
    set({
      22: 'Roaming Computers',
      23: 'Chat',
      24: 'LAPTOP-7,Site 1',
      25: 'Roaming Computers,Sites',
      26: 'GET',
      27: 'BLOCKED',
    });
    set({
      28: 'expired',
      29: 'a.html',
      30: '5',
      31: '6',
      32: '7,8',
      33: 'isolated',
      34: 'downloaded_original_file',
      35: 'warn-session',
    });
    set({
      36: 'SWA',
      40: '12',
      42: 'ams1',
      43: 'shared',
      45: 'true',
      46: 'true',
      47: 'PDF',
      49: '99',
      50: 'Box',
      51: 'Storage',
      52: '203.0.113.9',
    });
    const event = await one('x/proxylogs/y.csv', csv(...row));
    expect(event).toMatchObject({
      kind: 'web',
      verdict: 'blocked',
      domain: 'example.com',
      dst_port: 8443,
      url: 'https://***@Example.com:8443/a?q="x",y&token=***',
      referer: 'https://r.example/?api_key=***&b=1',
      content_type: 'text/html',
      status: 403,
      bytes_out: 100,
      bytes_in: 2000,
      sha256: 'abcdef',
      method: 'GET',
      identity_types: ['roaming', 'site'],
      policy_categories: [4],
      antivirus_threats: ['EICAR'],
      threats: ['Bad.Ware'],
      threat_types: ['Malware'],
      amp_disposition: 'malicious',
      amp_score: 95,
      data_loss_state: 'blocked',
      http_errors: ['CertificateError:expired'],
      rule_set_id: 5,
      rule_id: 6,
      destination_list_ids: [7, 8],
      isolated_state: 'isolated',
      isolated_file_action: 'downloaded-original-file',
      security_overridden: true,
      application_ids: [12],
      extra: {
        amp_malware: 'Bad.Ware',
        puas: 'Toolbar',
        warn_status: 'warn-session',
        forwarding_method: 'SWA',
        blocked_file_type: 'PDF',
        egress_ip: '203.0.113.9',
        egress_type: 'shared',
        data_center: 'ams1',
        time_based_rule: 'true',
        organization_id: '99',
      },
    });
    expect(event.raw).not.toMatch(/abc|zz|joe|pw/);
  });

  it('reads the firewall, with columns 25 to 27 only where a header names them', async () => {
    const row = padded(
      [
        '2024-09-11 18:46:00',
        '[211039844]',
        'Tunnel 1',
        'CDFW Tunnel Device',
        'OUTBOUND',
        '6',
        '60',
        '10.0.0.1',
        '5000',
        '198.51.100.7',
        '22',
        'ams1.edc',
        '12',
        'BLOCK',
      ],
      37,
    );
    row[20] = '600';
    row[21] = '700';
    row[24] = 'eu-west';
    const event = await one('a/cloudfirewalllogs/b.csv', csv(...row));
    expect(event).toMatchObject({
      kind: 'firewall',
      record_type: 'firewalllogs',
      verdict: 'blocked',
      proto: 6,
      src_port: 5000,
      dst_port: 22,
      packet_size: 60,
      bytes_out: 600,
      bytes_in: 700,
      rule_id: 12,
      direction: 'OUTBOUND',
      identity_types: ['tunnel_device'],
      extra: { column_25: 'eu-west', data_center: 'ams1.edc', origin_ids: '[211039844]' },
    });
    const named =
      'Timestamp,Identities,Action,Source IP,Destination IP,App ID,Protocol\n2024-09-11 18:46:00,T,ALLOW,10.0.0.1,10.0.0.2,77,UDP\n';
    expect(await one('firewallogs/b.csv', named)).toMatchObject({
      application_ids: [77],
      proto: 17,
      verdict: 'allowed',
    });
  });

  it('reads intrusions, IP-layer blocks and the audit trail', async () => {
    const intrusion = csv(
      '2024-09-11 18:46:00',
      'T',
      'Network Tunnels',
      '1',
      '2003',
      'A message',
      '4',
      'VERY LOW',
      'trojan-activity',
      'CVE-2009-1016,cve-2010-1',
      'TCP',
      '991',
      '10.0.0.1',
      '1',
      '10.0.0.2',
      '2',
      'Would Block',
    );
    expect(await one('intrusionlogs/a.csv', intrusion)).toMatchObject({
      kind: 'intrusion',
      verdict: 'would_block',
      severity: 4,
      cves: ['cve-2009-1016', 'cve-2010-1'],
      signature_id: 2003,
      signature_generator_id: 1,
      signature_list_id: 4,
      session_id: 991,
      classification: 'trojan-activity',
      signature: 'A message',
    });
    const ip = csv('2024-09-11 18:46:00', 'LAPTOP', '10.0.0.1', '1', '198.51.100.7', '443', 'Malware');
    expect(await one('iplogs/a.csv', ip)).toMatchObject({
      kind: 'ip',
      verdict: 'blocked',
      dst_ip: '198.51.100.7',
      dst_port: 443,
    });
    const audit = csv(
      '',
      '2024-09-11 18:46:00',
      'a@example.com',
      'Ann',
      'sites',
      'update',
      '203.0.113.5',
      'version: 4\nname: "x"',
      'apiKey: s3cret\nversion: 5',
    );
    const event = await one('auditlogs/a.csv', audit);
    expect(event).toMatchObject({
      kind: 'audit',
      src_ip: '203.0.113.5',
      identity_types: ['directory_user'],
      extra: { action: 'update', before: 'version: 4\nname: "x"', after: 'apiKey: ***\nversion: 5' },
    });
    expect(event.raw).toBe(audit.trimEnd().replace('s3cret', '***'));
  });

  it.each([
    ['dlplogs', 'dlp', 25],
    ['ravpnlogs', 'vpn', 29],
    ['vpnlogs', 'vpn', 29],
    ['ztnalogs', 'ztna', 57],
    ['ztaflowlogs', 'ztna', 27],
    ['fileeventlogs', 'file', 22],
  ])('keeps every column of %s by name', async (folder, kind, columns) => {
    const row = Array.from({ length: columns }, (_, index) => (index === 0 ? '2024-09-11 18:46:00' : `v${index + 1}`));
    const event = await one(`${folder}/a.csv`, csv(...row));
    expect(event.kind).toBe(kind);
    expect(Object.values(event.extra as object)).toEqual(row.slice(1));
  });
});
