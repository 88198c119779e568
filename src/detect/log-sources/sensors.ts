import { sqlText } from '../../kit/sql-literals.ts';
import {
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

/** Sets and vectors of Zeek, kept as JSON lists. */
const ZEEK_LISTS: ReadonlySet<string> = new Set(
  `answers TTLs resp_mime_types orig_mime_types resp_fuids orig_fuids resp_filenames orig_filenames client_header_names
  server_header_names cookie_vars uri_vars tags proxied tx_hosts rx_hosts conn_uids analyzers cert_chain_fuids
  client_cert_chain_fuids cert_chain_fps san.dns san.uri san.email san.ip to cc rcptto path fuids tunnel_parents
  actions`.split(/\s+/),
);

/** Of which logs a vector is a plain text: `path` is a list of hops in smtp, the share's name in smb_files. */
const TEXT_IN: Readonly<Record<string, readonly string[]>> = { path: ['smb_files', 'smb_mapping'] };

const ZEEK_COLUMNS: Readonly<Record<string, Column>> = {
  ...CONNECTION,
  'id.orig_h': lowerText('src_ip'),
  'id.orig_p': number('src_port'),
  'id.resp_h': lowerText('dst_ip'),
  'id.resp_p': number('dst_port'),
  proto: PROTOCOL,
};

/** Fields that the format keeps in columns, by log. */
const ZEEK_LOGS: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  dns: {
    query: lowerText('domain'),
    qtype_name: text('query_type'),
    record_type: text('query_type'),
    rcode: number('return_code'),
  },
  http: {
    'c-uri': { type: 'text', sql: 'url', tail: extra('uri') },
    'c-useragent': text('user_agent'),
    'cs-method': text('method'),
    'cs-host': lowerText('domain'),
    'sc-status': number('status'),
    method: text('method'),
    status_code: number('status'),
    request_body_len: number('bytes_out'),
    response_body_len: number('bytes_in'),
    user_agent: text('user_agent'),
    referrer: text('referer'),
    filename: text('file_name'),
  },
  conn: { orig_bytes: number('bytes_out'), resp_bytes: number('bytes_in') },
  notice: { note: text('signature'), file_mime_type: text('content_type') },
  ssl: { server_name: lowerText('domain') },
  files: {
    mime_type: lowerText('content_type'),
    filename: text('file_name'),
    sha256: lowerText('sha256'),
  },
  weird: { name: text('signature') },
};

/** Zeek's logs by the name that Sigma has for them as a service, which is Zeek's own. */
export function zeek(service: string | undefined): LogSourceMapping {
  const columns = { ...ZEEK_COLUMNS, ...(service === undefined ? {} : own(ZEEK_LOGS, service)) };
  return {
    scan: 'zeek',
    condition: () => (service === undefined ? '1' : `record_type = ${sqlText(service)}`),
    keywords: RAW,
    column(field) {
      const isText = service !== undefined && own(TEXT_IN, field)?.includes(service);
      return own(columns, field) ?? (ZEEK_LISTS.has(field) && !isText ? zeekList(field) : text(extra(field)));
    },
  };
}

function zeekList(field: string): Column {
  return list(`JSONExtract(${extra(field)}, 'Array(String)')`);
}

const SURICATA_COLUMNS: Readonly<Record<string, Column>> = {
  ...CONNECTION,
  event_type: text('record_type'),
  dest_ip: lowerText('dst_ip'),
  dest_port: number('dst_port'),
  proto: PROTOCOL,
  'alert.signature': text('signature'),
  'alert.signature_id': number('signature_id'),
  'alert.gid': number('signature_generator_id'),
  'alert.category': text('classification'),
  'alert.severity': number('severity'),
  'dns.rrname': lowerText('domain'),
  'dns.rrtype': text('query_type'),
  'http.hostname': lowerText('domain'),
  'http.url': { type: 'text', sql: 'url', tail: 'pathFull(url)' },
  'http.http_user_agent': text('user_agent'),
  'http.http_refer': text('referer'),
  'http.http_method': text('method'),
  'http.http_content_type': lowerText('content_type'),
  'http.status': number('status'),
  'tls.sni': lowerText('domain'),
  'fileinfo.filename': text('file_name'),
  'fileinfo.sha256': lowerText('sha256'),
};

/** EVE by its own names; a service is an event type. */
export function suricata(service: string | undefined): LogSourceMapping {
  return {
    scan: 'suricata',
    condition: () => (service === undefined ? '1' : `record_type = ${sqlText(service)}`),
    keywords: RAW,
    column: (field) => own(SURICATA_COLUMNS, field) ?? text(extra(field)),
  };
}

const CLOUDTRAIL_COLUMNS: Readonly<Record<string, Column>> = {
  sourceIPAddress: text(`if(${extra('sourceIPAddress')} = '', src_ip, ${extra('sourceIPAddress')})`),
  userAgent: text(`if(${extra('userAgent')} = '', user_agent, ${extra('userAgent')})`),
};

export const CLOUDTRAIL: LogSourceMapping = {
  scan: 'cloudtrail',
  condition: () => '1',
  keywords: RAW,
  column: (field) => own(CLOUDTRAIL_COLUMNS, field) ?? text(extra(field)),
};
