import { join } from 'node:path';
import { DAY_MS } from '../../kit/durations.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { INCIDENTS, type Probe } from './incidents.ts';
import { type LogEntry, type LogLine, writeLogs } from './log-files.ts';
import { deviceNamed, type Plan } from './organizations.ts';
import { type Period, weekOf } from './schedule.ts';
import { dnsEvents } from './suricata-dns.ts';
import { type Conversation, conversation, type EveEvent, event, eveTime, flowEvent } from './suricata-event.ts';
import { connects, endsOf, mergedByTime, type Visit } from './traffic.ts';
import { requestsOf } from './web.ts';

interface SuricataOptions {
  /** The organization's folder. */
  readonly folder: string;
  readonly seed: string;
  readonly period: Period;
  readonly plan: Plan;
  /** The port scan of the incidents. */
  readonly probes: readonly Probe[];
}

/** The sensor was updated two weeks before the end: DNS version 2 before, 3 after (spec log-formats.md, 2.3). */
const DNS_V3_DAYS = 14;
const STATS_EVERY_MS = DAY_MS / 4;

/** Writes one `eve-YYYY-MM-DD.json` a week (spec log-formats.md, section 2). */
export async function writeSuricata(visits: Iterable<Visit>, options: SuricataOptions): Promise<string[]> {
  const { folder, seed, period, plan, probes } = options;
  const random = seededRandom(`${seed}/suricata`);
  const rest = [...statsEntries(period, random), ...scanEntries(probes, plan, random)].sort((a, b) => a.time - b.time);
  return await writeLogs(mergedByTime(visitEntries(visits, period, random), rest), {
    folder: join(folder, 'suricata'),
    spanOf: (time) => weekOf(time, period),
    path: (_, span) => `eve-${new Date(span).toISOString().slice(0, 10)}.json`,
  });
}

function* visitEntries(visits: Iterable<Visit>, period: Period, random: Random): Generator<LogEntry> {
  for (const visit of visits) yield { time: visit.time, lines: suricataLines(visit, period, random) };
}

/** Lines of one visit: the lookup with its answer, then the connection. */
export function suricataLines(visit: Visit, period: Period, random: Random): LogLine[] {
  const version = visit.time < period.end - DNS_V3_DAYS * DAY_MS ? 2 : 3;
  const events = dnsEvents(visit, version, period, random);
  if (connects(visit)) {
    if (visit.verdict === 'blocked') events.push(...refused(visit, period, random));
    else if (random.chance(0.6)) events.push(...connection(visit, period, random));
  }
  return events.map(line);
}

const line = (fields: EveEvent): LogLine => ({ log: 'eve', text: JSON.stringify(fields) });

function webConversation(visit: Visit, random: Random): Conversation {
  const { client, server } = endsOf(visit);
  return conversation(random, {
    source: client,
    destination: server,
    port: visit.site.secure ? 443 : 80,
    proto: 'TCP',
  });
}

function connection(visit: Visit, period: Period, random: Random): EveEvent[] {
  const talk = webConversation(visit, random);
  const at = (delay: number) => Math.min(visit.time + delay, period.end - 1);
  const requests = requestsOf(visit, random);
  const events = visit.site.secure
    ? [event(at(20), 'tls', talk, random, { tls: tlsOf(visit, random) })]
    : requests.flatMap((request, tx) => httpEvents(visit, talk, at(request.delay), request, tx, random));
  if (random.chance(0.015)) events.push(alertEvent(at(60), talk, random.pick(ALERTS), 'allowed', random));
  const received = requests.reduce((sum, request) => sum + request.responseBytes, 2_000);
  const sent = requests.reduce((sum, request) => sum + request.requestBytes, 600);
  events.push(flowEvent({ start: at(5), end: at(random.between(400, 90_000)), sent, received }, talk, random));
  return events;
}

function tlsOf(visit: Visit, random: Random): object {
  const modern = random.chance(0.7);
  const certificate = {
    subject: `CN=${visit.site.domain}`,
    issuerdn: 'C=XX, O=Example Trust, CN=Example Issuing CA 2',
    serial: '0A:4F:11:7C:00:12',
    fingerprint: '5b:2e:90:11:aa:17:4c:d0:9b:38:6f:72:e5:04:c1:8d:33:f7:a0:62',
    notbefore: '2025-01-05T00:00:00',
    notafter: '2027-01-05T00:00:00',
  };
  // From TLS 1.3 on the certificate is encrypted.
  return {
    sni: visit.host,
    version: modern ? 'TLS 1.3' : 'TLS 1.2',
    ...(modern ? {} : certificate),
    ja3: { hash: '579ccef312d18482fc42e2b822ca2430' },
    ja3s: { hash: 'eb1d94daa7e0344597e756a1fb6e7054' },
  };
}

type Request = ReturnType<typeof requestsOf>[number];

function httpEvents(
  visit: Visit,
  talk: Conversation,
  time: number,
  request: Request,
  tx: number,
  random: Random,
): EveEvent[] {
  const http = {
    hostname: visit.host,
    url: request.path,
    http_user_agent: visit.device.agent,
    http_content_type: request.mime.split(';')[0],
    ...(request.referer === '' ? {} : { http_refer: request.referer }),
    http_method: request.method,
    protocol: 'HTTP/1.1',
    status: request.status,
    length: request.responseBytes,
  };
  const events = [event(time, 'http', talk, random, { tx_id: tx, http })];
  if (request.status !== 200) return events;
  const fileinfo = {
    filename: request.download ? `/files/${request.download.name}` : request.path,
    gaps: false,
    state: 'CLOSED',
    ...(request.download ? { sha256: request.download.sha256 } : {}),
    stored: false,
    size: request.responseBytes,
    tx_id: tx,
  };
  const reply = {
    ...talk,
    source: talk.destination,
    sourcePort: talk.port,
    destination: talk.source,
    port: talk.sourcePort,
  };
  events.push(event(time, 'fileinfo', reply, random, { http, app_proto: 'http', fileinfo }));
  return events;
}

interface Rule {
  readonly sid: number;
  readonly signature: string;
  readonly category: string;
  readonly severity: 1 | 2 | 3;
}

const ALERTS: readonly Rule[] = [
  {
    sid: 1000101,
    signature: 'POLICY Outdated TLS version offered',
    category: 'Potential Corporate Privacy Violation',
    severity: 3,
  },
  { sid: 1000102, signature: 'INFO Executable download over HTTP', category: 'Potentially Bad Traffic', severity: 2 },
  { sid: 1000103, signature: 'USER_AGENTS Embedded device HTTP client', category: 'Misc activity', severity: 3 },
  {
    sid: 1000104,
    signature: 'HUNTING Long URI with encoded payload',
    category: 'Potentially Bad Traffic',
    severity: 2,
  },
];
const THREAT: Rule = {
  sid: 1000110,
  signature: 'MALWARE Known bad destination',
  category: 'A Network Trojan was detected',
  severity: 1,
};
const SWEEP: Rule = {
  sid: 1000120,
  signature: 'SCAN Suspicious sweep of many ports',
  category: 'Attempted Information Leak',
  severity: 2,
};

function alertEvent(time: number, talk: Conversation, rule: Rule, action: string, random: Random): EveEvent {
  const { sid, signature, category, severity } = rule;
  return event(time, 'alert', talk, random, {
    tx_id: 0,
    alert: {
      action,
      gid: 1,
      signature_id: sid,
      rev: 2,
      signature,
      category,
      severity,
      metadata: { created_at: ['2024_03_11'], signature_severity: [severity === 1 ? 'Major' : 'Minor'] },
    },
    direction: 'to_server',
    flow: {
      pkts_toserver: 4,
      pkts_toclient: 3,
      bytes_toserver: 812,
      bytes_toclient: 540,
      start: eveTime(time, random),
      src_ip: talk.source,
      dest_ip: talk.destination,
      src_port: talk.sourcePort,
      dest_port: talk.port,
    },
  });
}

function refused(visit: Visit, period: Period, random: Random): EveEvent[] {
  const talk = webConversation(visit, random);
  const time = Math.min(visit.time + 30, period.end - 1);
  const drop = {
    len: 60,
    tos: 0,
    ttl: 64,
    ipid: random.int(65_536),
    tcpseq: random.int(4_294_967_296),
    syn: true,
    reason: 'rules',
  };
  return [alertEvent(time, talk, THREAT, 'blocked', random), event(time, 'drop', talk, random, { drop })];
}

function* scanEntries(probes: readonly Probe[], plan: Plan, random: Random): Generator<LogEntry> {
  const target = deviceNamed(plan, INCIDENTS.scan.target).address;
  for (const [index, { time, port }] of probes.entries()) {
    const talk = conversation(random, { source: INCIDENTS.scan.scanner, destination: target, port, proto: 'TCP' });
    const events = [flowEvent({ start: time, end: time + 60, sent: 60, received: 54 }, talk, random)];
    if (index % 5 === 0) events.unshift(alertEvent(time, talk, SWEEP, 'allowed', random));
    yield { time, lines: events.map(line) };
  }
}

function* statsEntries(period: Period, random: Random): Generator<LogEntry> {
  let packets = 0;
  for (let time = period.start; time < period.end; time += STATS_EVERY_MS) {
    packets += random.between(100_000, 900_000);
    const stats = {
      uptime: Math.floor((time - period.start) / 1000),
      capture: { kernel_packets: packets, kernel_drops: random.int(50) },
      decoder: { pkts: packets, bytes: packets * 612 },
      flow: { active: random.int(500) },
    };
    yield { time, lines: [line({ timestamp: eveTime(time, random), event_type: 'stats', stats })] };
  }
}
