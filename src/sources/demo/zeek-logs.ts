/** Fields and types of each log as Zeek 6 writes them (spec log-formats.md, 3.3 to 3.6): `name:type`, in order. */
const CONNECTION = 'ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port';

const FIELDS = {
  conn: `${CONNECTION} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string]`,
  dns: `${CONNECTION} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool`,
  http: `${CONNECTION} trans_depth:count method:string host:string uri:string referrer:string version:string user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string info_code:count info_msg:string tags:set[enum] username:string password:string proxied:set[string] orig_fuids:vector[string] orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string] resp_mime_types:vector[string]`,
  ssl: `${CONNECTION} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] sni_matches_cert:bool validation_status:string`,
  files:
    'ts:time fuid:string uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port source:string depth:count analyzers:set[string] mime_type:string filename:string duration:interval local_orig:bool is_orig:bool seen_bytes:count total_bytes:count missing_bytes:count overflow_bytes:count timedout:bool parent_fuid:string md5:string sha1:string sha256:string extracted:string extracted_cutoff:bool extracted_size:count',
  notice: `${CONNECTION} fuid:string file_mime_type:string file_desc:string proto:enum note:enum msg:string sub:string src:addr dst:addr p:port n:count peer_descr:string actions:set[enum] email_dest:set[string] suppress_for:interval remote_location.country_code:string remote_location.region:string remote_location.city:string remote_location.latitude:double remote_location.longitude:double`,
  weird: `${CONNECTION} name:string addl:string notice:bool peer:string source:string`,
} as const;

export type ZeekLog = keyof typeof FIELDS;

interface Column {
  readonly name: string;
  readonly type: string;
}

const COLUMNS = Object.fromEntries(
  Object.entries(FIELDS).map(([log, fields]) => [
    log,
    fields.split(' ').map((field): Column => {
      const colon = field.lastIndexOf(':');
      return { name: field.slice(0, colon), type: field.slice(colon + 1) };
    }),
  ]),
) as Record<ZeekLog, Column[]>;

/** What a field can be: a list is written with commas, a missing one as `-`. */
export type ZeekValue = string | number | boolean | readonly (string | number)[] | null;

/** One row of a log, tab separated. Throws on a field that the log does not have. */
export function zeekRow(log: ZeekLog, values: Readonly<Record<string, ZeekValue>>): string {
  const columns = COLUMNS[log];
  for (const name in values) {
    if (!columns.some((column) => column.name === name)) throw new Error(`Zeek's ${log} log has no field ${name}`);
  }
  return columns.map(({ name, type }) => printed(values[name] ?? null, type)).join('\t');
}

function printed(value: ZeekValue, type: string): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'number')
    return type === 'time' || type === 'interval' || type === 'double' ? value.toFixed(6) : String(value);
  if (typeof value === 'string') return value === '' ? '(empty)' : escaped(value);
  if (value.length === 0) return '(empty)';
  // A comma inside an element would look like the set separator.
  return value
    .map((item) => (typeof item === 'number' ? item.toFixed(6) : escaped(item).replaceAll(',', '\\x2c')))
    .join(',');
}

const escapeByte = (byte: string) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** One byte is written `\xHH`, a backslash doubled, and a text that is a lone dash must not look unset (section 3.1). */
function escaped(text: string): string {
  if (text === '-') return '\\x2d';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what Zeek escapes
  return text.replaceAll('\\', '\\\\').replace(/[\x00-\x1f\x7f]/g, escapeByte);
}

const stamp = (time: number) => new Date(time).toISOString().slice(0, 19).replace(/[T:]/g, '-');

/** The block that begins a log file. */
export function zeekHeader(log: ZeekLog, time: number): string {
  const columns = COLUMNS[log];
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${log}`,
    `#open\t${stamp(time)}`,
    `#fields\t${columns.map((column) => column.name).join('\t')}`,
    `#types\t${columns.map((column) => column.type).join('\t')}`,
    '',
  ].join('\n');
}

export function zeekFooter(time: number): string {
  return `#close\t${stamp(time)}\n`;
}
