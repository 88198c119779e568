import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { HTTP } from './http.ts';
import type { ZeekLog } from './log.ts';
import { DEFAULT_NOTICE_SEVERITY, NOTICE_SEVERITIES } from './notice-severities.ts';
import { QUERY_TYPES } from './query-types.ts';
import { field, firstOf, firstSet } from './sql.ts';

/** `*` is ANY and `query-65` what Zeek writes for a type newer than itself. */
const QUERY_TYPE = `multiIf(${field('qtype_name')} = '*', 'ANY',
    ${field('qtype_name')} != '' AND NOT startsWith(${field('qtype_name')}, 'query-'), ${field('qtype_name')},
    ${field('qtype')} != '', ${queryTypeName(field('qtype'))},
    ${field('qtype_name')} != '', ${queryTypeName(`substring(${field('qtype_name')}, 7)`)}, '')`;

function queryTypeName(number: string): string {
  return `transform(${number}, ${sqlList(Object.keys(QUERY_TYPES))}, ${sqlList(Object.values(QUERY_TYPES))}, concat('TYPE', ${number}))`;
}

/** log-formats.md, 3.4. Every row, names of the local network (mDNS, LLMNR, NetBIOS) included. */
const DNS: ZeekLog = {
  kind: 'dns',
  columns: {
    // NetBIOS pads names with zero bytes; they stay as Zeek writes them in a line of columns.
    domain: `replaceAll(${field('query')}, '\\0', ${sqlText('\\x00')})`,
    query_type: QUERY_TYPE,
    return_code: `toUInt16OrNull(${field('rcode')})`,
  },
  consumed: ['query', 'qtype_name', 'qtype', 'rcode'],
};

/** Protocols that Zeek recognised in the connection; one it gave up on carries a minus. */
const SERVICES = `arrayFilter(s -> s != '' AND NOT startsWith(s, '-'), splitByChar(',', ${field('service')}))`;
const ORIG_IP_BYTES = `toUInt64OrNull(${field('orig_ip_bytes')})`;
const RESP_IP_BYTES = `toUInt64OrNull(${field('resp_ip_bytes')})`;
/** ICMP has no ports: Zeek keeps type and code in their place. */
const HAS_PORTS = `(${field('proto')} != 'icmp')`;

/** log-formats.md, 3.3. Zeek watches and decides nothing: a rejected connection (`REJ`) is no verdict of a firewall. */
const CONN: ZeekLog = {
  kind: 'firewall',
  columns: {
    src_port: `if(${HAS_PORTS}, toUInt16OrNull(${field('id.orig_p')}), NULL)`,
    dst_port: `if(${HAS_PORTS}, toUInt16OrNull(${field('id.resp_p')}), NULL)`,
    bytes_out: `toUInt64OrNull(${field('orig_bytes')})`,
    bytes_in: `toUInt64OrNull(${field('resp_bytes')})`,
    packet_size: `if(${ORIG_IP_BYTES} IS NULL AND ${RESP_IP_BYTES} IS NULL, NULL, ifNull(${ORIG_IP_BYTES}, 0) + ifNull(${RESP_IP_BYTES}, 0))`,
    application_labels: SERVICES,
    application_types: `arrayResize(emptyArrayString(), length(${SERVICES}))`,
    application_ids: `arrayResize(emptyArrayUInt64(), length(${SERVICES}))`,
    direction: `multiIf(${field('local_orig')} = 'true' AND ${field('local_resp')} = 'false', 'OUTBOUND',
    ${field('local_orig')} = 'false' AND ${field('local_resp')} = 'true', 'INBOUND', '')`,
  },
  consumed: ['orig_bytes', 'resp_bytes'],
  extra: {
    when: `NOT ${HAS_PORTS}`,
    entries: `map('icmp_type', ${field('id.orig_p')}, 'icmp_code', ${field('id.resp_p')})`,
  },
};

const NOTE = field('note');

/** log-formats.md, 3.6. A notice about a host, such as a scan, has no connection but `src`, `dst` and `p`. */
const NOTICE: ZeekLog = {
  kind: 'intrusion',
  columns: {
    verdict: "'detected'",
    src_ip: firstSet('id.orig_h', 'src'),
    dst_ip: firstSet('id.resp_h', 'dst'),
    dst_port: `toUInt16OrNull(${firstSet('id.resp_p', 'p')})`,
    signature: NOTE,
    signature_id: `bitAnd(sipHash64(${NOTE}), 2147483647)`,
    classification: `splitByString('::', ${NOTE})[1]`,
    severity: severityOf(NOTE, severityOf(`splitByString('::', ${NOTE})[1]`, `${DEFAULT_NOTICE_SEVERITY}`)),
    content_type: field('file_mime_type'),
  },
  consumed: ['note', 'file_mime_type'],
};

function severityOf(name: string, otherwise: string): string {
  return `transform(${name}, ${sqlList(Object.keys(NOTICE_SEVERITIES))}, ${sqlList(Object.values(NOTICE_SEVERITIES))}, ${otherwise})`;
}

const SSL: ZeekLog = {
  kind: 'tls',
  columns: { domain: field('server_name') },
  consumed: ['server_name'],
};

const SENT_BY_CLIENT = `${field('is_orig')} = 'true'`;
const SENDER = firstOf('tx_hosts');
const RECEIVER = firstOf('rx_hosts');
const SEEN_BYTES = `toUInt64OrNull(${field('seen_bytes')})`;

/** New versions name the connection, old ones who sent and who received; whoever opened the connection is the client. */
const FILES: ZeekLog = {
  kind: 'file',
  columns: {
    src_ip: `multiIf(${field('id.orig_h')} != '', ${field('id.orig_h')}, ${SENT_BY_CLIENT}, ${SENDER}, ${RECEIVER})`,
    dst_ip: `multiIf(${field('id.resp_h')} != '', ${field('id.resp_h')}, ${SENT_BY_CLIENT}, ${RECEIVER}, ${SENDER})`,
    bytes_out: `if(${SENT_BY_CLIENT}, ${SEEN_BYTES}, NULL)`,
    bytes_in: `if(${SENT_BY_CLIENT}, NULL, ${SEEN_BYTES})`,
    content_type: field('mime_type'),
    file_name: field('filename'),
    sha256: `lower(${field('sha256')})`,
  },
  consumed: ['seen_bytes', 'mime_type', 'filename', 'sha256'],
};

const WEIRD: ZeekLog = {
  kind: 'anomaly',
  columns: { signature: field('name') },
  consumed: ['name'],
};

/** Logs with a meaning of their own, by `#path`. The others keep their fields in `extra`. */
export const LOGS: Readonly<Record<string, ZeekLog>> = {
  dns: DNS,
  http: HTTP,
  conn: CONN,
  notice: NOTICE,
  ssl: SSL,
  files: FILES,
  weird: WEIRD,
};

/** Logs of Zeek's own that are not what stands before their first `_`: counts of weirds, a second copy of notices. */
export const NAMESAKES: readonly string[] = ['weird_stats', 'notice_alarm'];

/** No events: names of scripts that were loaded at start, without a time. */
export const IGNORED_LOGS: readonly string[] = ['loaded_scripts'];
