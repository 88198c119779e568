import { join } from 'node:path';
import { type Random, seededRandom } from '../../kit/random.ts';
import { type Layout, type LogEntry, type LogLine, writeLogs } from './log-files.ts';
import type { Plan } from './organizations.ts';
import { type Period, weekOf } from './schedule.ts';
import {
  connects,
  endsOf,
  mergedByTime,
  QUERY_TYPE_CODES,
  RCODE_CODES,
  type Visit,
  type WebRequest,
} from './traffic.ts';
import { requestsOf } from './web.ts';
import { type ZeekLog, type ZeekValue, zeekFooter, zeekHeader, zeekRow } from './zeek-logs.ts';
import { campusScan, oddityEntries } from './zeek-oddities.ts';

interface ZeekOptions {
  /** The organization's folder. */
  readonly folder: string;
  readonly seed: string;
  readonly period: Period;
  readonly plan: Plan;
  /** About how many rows the plan gets; decides how many notices and weirds there are. */
  readonly events: number;
}

const ODDITY_SHARE = 0.012;

/** Writes `YYYY-MM-DD/<log>.log`, a folder a week (spec log-formats.md, section 3). */
export async function writeZeek(visits: Iterable<Visit>, options: ZeekOptions): Promise<string[]> {
  const { seed, period, plan, events } = options;
  const random = seededRandom(`${seed}/zeek`);
  const oddities = [...oddityEntries(plan, period, seededRandom(`${seed}/odd`), Math.ceil(events * ODDITY_SHARE))];
  const scan = campusScan(plan, period);
  if (scan) oddities.push(scan);
  oddities.sort((a, b) => a.time - b.time);
  return await writeLogs(
    mergedByTime(visitEntries(visits, period, random), oddities),
    zeekLayout(options.folder, period),
  );
}

function zeekLayout(folder: string, period: Period): Layout {
  return {
    folder: join(folder, 'zeek'),
    spanOf: (time) => weekOf(time, period),
    path: (log, span) => `${new Date(span).toISOString().slice(0, 10)}/${log}.log`,
    header: (log, time) => zeekHeader(log as ZeekLog, time),
    footer: zeekFooter,
  };
}

function* visitEntries(visits: Iterable<Visit>, period: Period, random: Random): Generator<LogEntry> {
  for (const visit of visits) yield { time: visit.time, lines: zeekLines(visit, period, random) };
}

type Row = Readonly<Record<string, ZeekValue>>;

const line = (log: ZeekLog, row: Row): LogLine => ({ log, text: zeekRow(log, row) });
const uid = (random: Random, kind: 'C' | 'F') => `${kind}${random.hex(16)}`;

/** Seconds with microseconds, never past the end. */
const seconds = (time: number, period: Period, random: Random) =>
  (Math.min(time, period.end - 1) * 1000 + random.int(1000)) / 1_000_000;

/** Lines of one visit: the lookup and its connection, then the web connection with what went over it. */
export function zeekLines(visit: Visit, period: Period, random: Random): LogLine[] {
  const lines = lookup(visit, period, random);
  if (connects(visit) && random.chance(0.6)) lines.push(...webConnection(visit, period, random));
  return lines;
}

function connectionId(time: number, client: string, server: string, port: number, period: Period, random: Random): Row {
  return {
    ts: seconds(time, period, random),
    uid: uid(random, 'C'),
    'id.orig_h': client,
    'id.orig_p': random.between(49_152, 65_535),
    'id.resp_h': server,
    'id.resp_p': port,
  };
}

function lookup(visit: Visit, period: Period, random: Random): LogLine[] {
  const { device, queryType, rcode } = visit;
  const id = connectionId(visit.time, device.address, device.office.resolver, 53, period, random);
  const rtt = random.between(300, 45_000) / 1_000_000;
  const unanswered = random.chance(0.04);
  const answers = answersOf(visit);
  const reply: Row = unanswered
    ? {}
    : {
        rtt,
        rcode: RCODE_CODES[rcode],
        rcode_name: rcode,
        answers: answers.length > 0 ? answers : null,
        TTLs: answers.length > 0 ? answers.map(() => 300) : null,
      };
  const dns = line('dns', {
    ...id,
    proto: 'udp',
    trans_id: random.int(65_536),
    query: visit.host,
    qclass: 1,
    qclass_name: 'C_INTERNET',
    qtype: QUERY_TYPE_CODES[queryType],
    qtype_name: queryType,
    AA: false,
    TC: false,
    RD: true,
    RA: !unanswered,
    Z: 0,
    rejected: rcode === 'REFUSED',
    ...reply,
  });
  const conn = line('conn', {
    ...id,
    ...connRow({
      proto: 'udp',
      service: 'dns',
      duration: unanswered ? null : rtt,
      sent: 42,
      received: unanswered ? 0 : 90,
    }),
    conn_state: unanswered ? 'S0' : 'SF',
    history: unanswered ? 'D' : 'Dd',
    local_resp: true,
  });
  return [dns, conn];
}

function answersOf({ site, host, queryType, rcode }: Visit): string[] {
  if (rcode !== 'NOERROR') return [];
  if (queryType === 'A') return host.startsWith('www.') ? [site.address] : [`edge.${site.domain}`, site.address];
  if (queryType === 'AAAA') return site.address6 === null ? [] : [site.address6];
  if (queryType === 'TXT') return ['TXT 40 v=spf1 include:_spf.example, redirect -all'];
  return queryType === 'MX' ? [`mx1.${site.domain}`] : [];
}

interface Traffic {
  readonly proto: string;
  readonly service: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly sent: number;
  readonly received: number;
}

function connRow({ proto, service, duration, sent, received }: Traffic): Row {
  const [out, back] = [Math.ceil(sent / 1_000) + 1, Math.ceil(received / 1_400)];
  return {
    proto,
    service,
    duration,
    orig_bytes: duration === null ? null : sent,
    resp_bytes: duration === null ? null : received,
    local_orig: true,
    local_resp: false,
    missed_bytes: 0,
    orig_pkts: out,
    orig_ip_bytes: sent + out * 40,
    resp_pkts: back,
    resp_ip_bytes: received + back * 40,
  };
}

const ENDINGS = [
  ['SF', 'ShADadFf'],
  ['SF', 'ShADadfF'],
  ['S1', 'ShADad'],
  ['RSTO', 'ShADadR'],
  ['SF', 'ShADadttFf'],
] as const;

function webConnection(visit: Visit, period: Period, random: Random): LogLine[] {
  const { site } = visit;
  const { client, server } = endsOf(visit);
  const id = connectionId(visit.time + random.between(2, 40), client, server, site.secure ? 443 : 80, period, random);
  if (random.chance(0.01))
    return [
      line('conn', {
        ...id,
        ...connRow({ proto: 'tcp', service: null, duration: null, sent: 0, received: 0 }),
        conn_state: 'S0',
        history: 'S',
      }),
    ];
  const requests = requestsOf(visit, random);
  const [state, history] = random.pick(ENDINGS);
  const conn = line('conn', {
    ...id,
    ...connRow({
      proto: 'tcp',
      service: site.secure ? 'ssl' : 'http',
      duration: random.between(40_000, 60_000_000) / 1_000_000,
      sent: requests.reduce((sum, request) => sum + request.requestBytes, 500),
      received: requests.reduce((sum, request) => sum + request.responseBytes, 3_000),
    }),
    conn_state: state,
    history,
  });
  const inside = site.secure
    ? [line('ssl', { ...id, ...sslRow(visit, random) })]
    : requests.flatMap((request, index) => httpLines(visit, id, request, index, random));
  return [conn, ...inside];
}

function sslRow(visit: Visit, random: Random): Row {
  const old = random.chance(0.2);
  const invalid = random.chance(0.01);
  return {
    version: old ? 'TLSv12' : 'TLSv13',
    cipher: old ? 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384' : 'TLS_AES_128_GCM_SHA256',
    curve: 'x25519',
    server_name: visit.host,
    resumed: random.chance(0.3),
    next_protocol: random.chance(0.6) ? 'h2' : null,
    established: true,
    ssl_history: 'CsiI',
    cert_chain_fps: old ? [random.hex(64)] : null,
    client_cert_chain_fps: old ? [] : null,
    sni_matches_cert: old ? !invalid : null,
    validation_status: old ? (invalid ? 'self signed certificate' : 'ok') : null,
  };
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  304: 'Not Modified',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
};

function httpLines(visit: Visit, id: Row, request: WebRequest, index: number, random: Random): LogLine[] {
  const fuid = request.responseBytes > 0 ? uid(random, 'F') : null;
  const mime = request.mime.split(';')[0] ?? '';
  // An old printer still logs in with a password in clear; an importer has to mask it.
  const login = random.chance(0.004);
  const http = line('http', {
    ...id,
    trans_depth: index + 1,
    method: request.method,
    host: visit.host,
    uri: request.path,
    referrer: request.referer || null,
    version: '1.1',
    user_agent: visit.device.agent,
    request_body_len: request.method === 'POST' ? request.requestBytes : 0,
    response_body_len: request.responseBytes,
    status_code: request.status,
    status_msg: STATUS_TEXTS[request.status] ?? null,
    tags: [],
    username: login ? 'printer' : null,
    password: login ? 'changeme' : null,
    resp_fuids: fuid && [fuid],
    resp_filenames: request.download && [request.download.name],
    resp_mime_types: fuid && [mime],
  });
  if (fuid === null) return [http];
  const file = line('files', {
    ...id,
    fuid,
    source: 'HTTP',
    depth: 0,
    analyzers: request.download ? ['SHA256', 'MD5'] : [],
    mime_type: mime,
    filename: request.download?.name ?? null,
    duration: random.between(100, 900_000) / 1_000_000,
    local_orig: false,
    is_orig: false,
    seen_bytes: request.responseBytes,
    total_bytes: random.chance(0.7) ? request.responseBytes : null,
    missing_bytes: 0,
    overflow_bytes: 0,
    timedout: false,
    md5: request.download && random.hex(32),
    sha256: request.download?.sha256 ?? null,
  });
  return [http, file];
}
