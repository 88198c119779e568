import { DAY_MS } from '../../kit/durations.ts';
import type { Random } from '../../kit/random.ts';
import type { LogEntry } from './log-files.ts';
import type { Plan } from './organizations.ts';
import { eventTimes, type Period } from './schedule.ts';
import { csvLine, umbrellaTime } from './umbrella-csv.ts';

interface Signature {
  readonly sid: number;
  readonly message: string;
  readonly severity: 'HIGH' | 'MEDIUM' | 'LOW' | 'VERY LOW';
  readonly classification: string;
  readonly cves: string;
  readonly port: number;
  readonly direction: 'C2S' | 'S2C';
}

/** Most frequent first. Numbers from 1000001 up are those of local rules. */
const SIGNATURES: readonly Signature[] = [
  {
    sid: 1000001,
    message: 'POLICY-OTHER outdated TLS client hello',
    severity: 'VERY LOW',
    classification: 'Potential Corporate Policy Violation',
    cves: '',
    port: 443,
    direction: 'C2S',
  },
  {
    sid: 1000002,
    message: 'INDICATOR-SCAN web server path enumeration',
    severity: 'LOW',
    classification: 'Attempted Information Leak',
    cves: '',
    port: 80,
    direction: 'C2S',
  },
  {
    sid: 1000003,
    message: 'FILE-PDF crafted font stream',
    severity: 'MEDIUM',
    classification: 'Attempted User Privilege Gain',
    cves: 'cve-2009-1016,cve-2010-0188',
    port: 80,
    direction: 'S2C',
  },
  {
    sid: 1000004,
    message: 'SERVER-WEBAPP logging library lookup injection',
    severity: 'HIGH',
    classification: 'Attempted Administrator Privilege Gain',
    cves: 'cve-2021-44228',
    port: 8080,
    direction: 'C2S',
  },
  {
    sid: 1000005,
    message: 'MALWARE-CNC periodic check-in',
    severity: 'HIGH',
    classification: 'A Network Trojan was Detected',
    cves: '',
    port: 443,
    direction: 'C2S',
  },
];

/** The intrusion prevention system's rows, 33 columns (spec log-formats.md, 1.6). */
export function* intrusionEntries(plan: Plan, random: Random, period: Period, count: number): Generator<LogEntry> {
  for (const time of eventTimes(random, period, plan.profile, count)) {
    const signature = SIGNATURES[random.zipf(SIGNATURES.length)] as Signature;
    const device = random.pick(plan.devices);
    const client = [device.address, String(random.between(49_152, 65_535))];
    const server = [random.pick(plan.sites).address, String(signature.port)];
    const serious = signature.severity === 'HIGH' || signature.severity === 'MEDIUM';
    const text = csvLine([
      umbrellaTime(time),
      `${device.office.tunnel},${device.name}`,
      `Network Tunnels,${device.type}`,
      '1',
      String(signature.sid),
      signature.message,
      '85',
      signature.severity,
      signature.classification,
      signature.cves,
      'TCP',
      String(random.int(4_000_000_000)),
      ...(signature.direction === 'C2S' ? [...client, ...server] : [...server, ...client]),
      serious ? 'Blocked' : random.chance(0.3) ? 'Would Block' : 'Logged',
      serious ? 'IPS' : 'IDS',
      '',
      signature.direction,
      '7',
      'Balanced',
      'eu-central-1',
      '',
      '[]',
      'ams1.edc',
      plan.umbrellaId,
      '203.0.113.250',
      'Shared',
      'cdfw',
      '',
      '',
      '',
    ]);
    yield { time, lines: [{ log: 'intrusionlogs', text }] };
  }
}

const BAD_NEIGHBOURHOODS = ['198.51.100.254', '192.0.2.254', '203.0.113.254'];

/** Connections to addresses that were refused without a name (7 columns, section 1.7). */
export function* ipEntries(plan: Plan, random: Random, period: Period, count: number): Generator<LogEntry> {
  for (const time of eventTimes(random, period, plan.profile, count)) {
    const device = random.pick(plan.devices);
    const text = csvLine([
      umbrellaTime(time),
      device.name,
      device.address,
      String(random.between(49_152, 65_535)),
      random.pick(BAD_NEIGHBOURHOODS),
      random.pick(['443', '8443', '4444', '6667']),
      random.pick(['Malware', 'Command and Control', 'Command and Control,Malware']),
    ]);
    yield { time, lines: [{ log: 'iplogs', text }] };
  }
}

const CHANGES: readonly (readonly [type: string, action: string, before: string, after: string])[] = [
  ['settings', 'update', 'version: 4\nlogRetention: 30', 'version: 5\nlogRetention: 90'],
  [
    'destinationlists',
    'update',
    'name: Blocked shops\ndestinationCount: 17',
    'name: Blocked shops\ndestinationCount: 18',
  ],
  ['bundles', 'create', '', 'name: "Ward tablets"\npriority: 3'],
  ['roamingcomputers', 'delete', 'label: LAPTOP-99\nstatus: inactive', ''],
  [
    'globalsettings',
    'update',
    '{"blockPage":{"contact":""}}',
    '{"blockPage":{"contact":"helpdesk@larkspur-it.example"}}',
  ],
];
const CHANGES_PER_WEEK = 12;

/** What administrators did (9 columns, section 1.7); the time is the second column here. */
export function* auditEntries(plan: Plan, random: Random, period: Period): Generator<LogEntry> {
  const count = Math.ceil(((period.end - period.start) / (7 * DAY_MS)) * CHANGES_PER_WEEK);
  for (const time of eventTimes(random, period, plan.profile, count)) {
    const [type, action, before, after] = random.pick(CHANGES);
    const text = csvLine([
      random.chance(0.9) ? String(1_700_000_000 + random.int(99_999_999)) : '',
      umbrellaTime(time),
      'helpdesk@larkspur-it.example',
      'Larkspur Helpdesk',
      type,
      action,
      '203.0.113.10',
      before,
      after,
    ]);
    yield { time, lines: [{ log: 'auditlogs', text }] };
  }
}
