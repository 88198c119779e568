import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * What Zeek and Suricata logs say, read the plain way: split at tabs, `JSON.parse`, nothing of Belfry's. It is what
 * answers about real logs are compared with.
 */

export type Kind = 'dns' | 'proxy' | 'firewall' | 'intrusion';

/** One event as the Umbrella surface should count it. */
export interface RawEvent {
  readonly kind: Kind;
  /** Epoch milliseconds. */
  readonly ms: number;
  /** Label of the identity: the client's address. */
  readonly client: string;
  /** Queried name, host, destination address, or what was detected. */
  readonly target: string;
  readonly verdict: 'allowed' | 'blocked' | 'detected';
  readonly queryType: string;
}

type Fields = Readonly<Record<string, unknown>>;

interface ZeekRow {
  readonly log: string;
  readonly fields: Fields;
}

export function textOfFile(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** What `grep -vc '^#'` counts. */
export function countRows(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

export function zeekRows(path: string): ZeekRow[] {
  const text = textOfFile(path);
  const [log = ''] = basename(path).split('.');
  if (text.startsWith('#')) return rowsOfColumns(text);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => unwrapped(JSON.parse(line), log));
}

function rowsOfColumns(text: string): ZeekRow[] {
  let log = '';
  let names: string[] = [];
  const rows: ZeekRow[] = [];
  for (const line of text.split('\n')) {
    const [first, ...rest] = line.split('\t');
    if (first === '#path') log = rest[0] ?? '';
    if (first === '#fields') names = rest;
    if (line === '' || line.startsWith('#')) continue;
    const values = line.split('\t').map((value, index) => [names[index], value] as const);
    rows.push({ log, fields: Object.fromEntries(values.filter(([, value]) => value !== '-' && value !== '(empty)')) });
  }
  return rows;
}

/** The Kafka writer puts each record into an object of its own, under the name of its log. */
function unwrapped(record: Fields, log: string): ZeekRow {
  const [[name, inner] = ['', undefined], ...others] = Object.entries(record);
  if (others.length === 0 && typeof inner === 'object') return { log: name, fields: inner as Fields };
  return { log, fields: record };
}

/** The row's event, or undefined where the log is outside of Umbrella's four kinds. */
export function zeekEvent({ log, fields }: ZeekRow): RawEvent | undefined {
  const text = (name: string) => String(fields[name] ?? '');
  const common = { ms: zeekMs(text('ts')), client: text('id.orig_h'), verdict: 'allowed', queryType: '' } as const;
  switch (log) {
    case 'dns':
      return { ...common, kind: 'dns', target: text('query').toLowerCase(), queryType: text('qtype_name') };
    case 'http':
      return { ...common, kind: 'proxy', target: zeekHost(fields) };
    case 'conn':
      return { ...common, kind: 'firewall', target: text('id.resp_h') };
    case 'notice':
      return {
        ...common,
        kind: 'intrusion',
        client: text('id.orig_h') || text('src'),
        target: text('note'),
        verdict: 'detected',
      };
    default:
      return undefined;
  }
}

/** HTTP 1.0 names no host; where Zeek saw only the reply, nobody knows what was asked for. */
function zeekHost({ host, uri, 'id.resp_h': server }: Fields): string {
  return String(host ?? (uri === undefined ? '' : server)).replace(/:\d+$/, '');
}

/** Seconds with a fraction, without the detour over a rounded number, or ISO 8601. */
function zeekMs(ts: string): number {
  if (ts.includes('T')) return Date.parse(ts);
  const [seconds = '', fraction = ''] = ts.split('.');
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

export interface EveRecord {
  readonly timestamp: string;
  readonly event_type: string;
  readonly src_ip?: string;
  readonly dest_ip?: string;
  readonly direction?: string;
  readonly alert?: { readonly action?: string; readonly signature: string };
  readonly http?: { readonly hostname?: string };
  readonly flow?: { readonly src_ip?: string; readonly action?: string };
  readonly verdict?: { readonly action?: string };
}

/** Objects one a line, an array of them, or an export that holds each as text. */
export function eveRecords(path: string): EveRecord[] {
  const text = textOfFile(path);
  if (text.startsWith('[')) return JSON.parse(text);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (!path.endsWith('.raw_logs.json')) return lines.map((line) => JSON.parse(line));
  const { raw_logs } = JSON.parse(text) as { raw_logs: { entries: { data: string }[] } };
  return raw_logs.entries.map(({ data }) => JSON.parse(data));
}

const EVE_KINDS: Readonly<Record<string, Kind>> = {
  http: 'proxy',
  flow: 'firewall',
  drop: 'firewall',
  alert: 'intrusion',
};

export function eveEvent(record: EveRecord): RawEvent | undefined {
  const kind = EVE_KINDS[record.event_type];
  if (kind === undefined) return undefined;
  // Times without a zone are UTC; older versions write the zone without a colon.
  const time = record.timestamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  return {
    kind,
    ms: Date.parse(/([+-]\d\d:\d\d|Z)$/.test(time) ? time : `${time}Z`),
    client: eveClient(record),
    target: eveTarget(record, kind),
    verdict: eveVerdict(record),
    queryType: '',
  };
}

function eveTarget({ http, alert, dest_ip = '' }: EveRecord, kind: Kind): string {
  if (kind === 'proxy') return http?.hostname ?? '';
  return kind === 'intrusion' ? (alert?.signature ?? '') : address(dest_ip);
}

/** An alert shows the packet, which may be one of the server's. */
function eveClient({ src_ip = '', dest_ip = '', flow, direction }: EveRecord): string {
  return address(flow?.src_ip ?? (direction === 'to_client' ? dest_ip : src_ip));
}

/** EVE writes IPv6 in full; every other tool in its short form. */
function address(text: string): string {
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

function eveVerdict({ event_type, alert, flow, verdict }: EveRecord): RawEvent['verdict'] {
  const actions = [alert?.action, flow?.action, verdict?.action];
  if (event_type === 'drop' || actions.some((action) => /^(blocked|drop|reject)$/.test(action ?? ''))) return 'blocked';
  return event_type === 'alert' ? 'detected' : 'allowed';
}
