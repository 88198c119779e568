import {
  ACTION,
  BLOCKED,
  BLOCKED_CATEGORY,
  CATEGORY,
  CONNECTION,
  type Column,
  extra,
  type LogSourceMapping,
  list,
  lowerText,
  number,
  own,
  PROTOCOL,
  RAW,
  text,
} from './mapping.ts';

const ALL = () => '1';

function strict(columns: Readonly<Record<string, Column>>) {
  return (field: string) => own(columns, field);
}

/** Zeek keeps answers as a JSON list, Suricata as objects or, in old versions, one by one. */
const ANSWERS = `arrayFilter(a -> a != '', arrayConcat(JSONExtract(${extra('answers')}, 'Array(String)'),
    arrayMap(a -> JSONExtractString(a, 'rdata'), JSONExtractArrayRaw(${extra('dns.answers')})), [${extra('dns.rdata')}]))`;

export const DNS: LogSourceMapping = {
  scan: 'dns',
  // A sensor logs the answer as an event of its own that repeats the question: it is looked at for answers alone.
  condition: (fields) => (fields.has('answer') ? '1' : "kind = 'dns'"),
  keywords: RAW,
  column: strict({
    ...CONNECTION,
    query: lowerText('domain'),
    record_type: text('query_type'),
    answer: list(ANSWERS),
    rcode: number('return_code'),
    action: ACTION,
    blocked: BLOCKED,
    category: CATEGORY,
    blocked_category: BLOCKED_CATEGORY,
  }),
};

/** From the host on: what a server is asked for. */
const TARGET = 'pathFull(url)';
const EXTENSION = `extract(path(url), '\\\\.([^./]+)$')`;

const WEB_COLUMNS: Readonly<Record<string, Column>> = {
  ...CONNECTION,
  // Rules are written for proxies that log whole URLs and for servers that log what follows the host.
  'c-uri': { type: 'text', sql: 'url', tail: TARGET },
  'cs-uri': { type: 'text', sql: 'url', tail: TARGET },
  'c-uri-query': { type: 'text', sql: TARGET, tail: 'queryString(url)' },
  'cs-uri-query': { type: 'text', sql: TARGET, tail: 'queryString(url)' },
  'c-uri-stem': text('path(url)'),
  'cs-uri-stem': text('path(url)'),
  'c-uri-extension': text(EXTENSION),
  'cs-uri-extension': text(EXTENSION),
  'cs-host': lowerText('domain'),
  'r-dns': lowerText('domain'),
  'c-useragent': text('user_agent'),
  'cs-user-agent': text('user_agent'),
  'cs-method': text('method'),
  'sc-status': number('status'),
  'cs-referer': text('referer'),
  'cs-referrer': text('referer'),
  'cs-cookie': text(extra('cookie')),
  'c-ip': lowerText('src_ip'),
  'r-ip': lowerText('dst_ip'),
  'cs-bytes': number('bytes_out'),
  'sc-bytes': number('bytes_in'),
  'rs-content-type': lowerText('content_type'),
  filename: text('file_name'),
  sha256: lowerText('sha256'),
  threat: list('arrayMap(t -> toString(t), arrayConcat(threats, antivirus_threats))'),
  // What Cisco's file reputation says: `malicious`, `clean`.
  disposition: lowerText('lower(toString(amp_disposition))'),
  action: ACTION,
  blocked: BLOCKED,
  category: CATEGORY,
  blocked_category: BLOCKED_CATEGORY,
};

const WEB_KEYWORDS = list('[url, user_agent, referer, raw]');

export const WEB: LogSourceMapping = {
  scan: 'web',
  condition: ALL,
  keywords: WEB_KEYWORDS,
  column: strict(WEB_COLUMNS),
};

export const FIREWALL: LogSourceMapping = {
  scan: 'firewall',
  condition: ALL,
  keywords: RAW,
  column: strict({
    ...CONNECTION,
    action: ACTION,
    blocked: BLOCKED,
    protocol: PROTOCOL,
    bytes_in: number('bytes_in'),
    bytes_out: number('bytes_out'),
    direction: text('direction'),
    category: CATEGORY,
    blocked_category: BLOCKED_CATEGORY,
  }),
};

/** No category of the public repository: for rules about the alerts of intrusion detection itself. */
export const IDS: LogSourceMapping = {
  scan: 'ids',
  condition: ALL,
  keywords: RAW,
  column: strict({
    ...CONNECTION,
    signature: text('signature'),
    signature_id: number('signature_id'),
    classification: text('classification'),
    // 1 worst to 4; 0 where the log gives none.
    severity: number('severity'),
    cve: list('cves'),
    action: ACTION,
    blocked: BLOCKED,
    protocol: PROTOCOL,
  }),
};
