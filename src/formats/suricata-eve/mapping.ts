import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import type { RecordMapping } from '../format.ts';
import { maskedUrls } from '../masking/url-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { numberOf, PROTOCOLS, RCODES } from '../sql/numbers.ts';
import { CONTEXT_KEYS, EVENT_TYPE, KNOWN_KEYS } from './event.ts';
import { extraSql } from './extra.ts';
import { maskedRecord } from './secrets.ts';
import { dotsSpelledOut } from './sql.ts';
import { SITE } from './url.ts';

const KINDS = {
  http: 'web',
  flow: 'firewall',
  drop: 'firewall',
  alert: 'intrusion',
  tls: 'tls',
  fileinfo: 'file',
  anomaly: 'anomaly',
};

/**
 * How an event becomes columns (spec log-formats.md, sections 2.1 to 2.3).
 *
 * @param record SQL for the text of the event; '' where there is none.
 */
export function eveMapping(record: string): RecordMapping {
  // The parser gives up on a record with one byte that is not UTF-8.
  const names = [`toValidUTF8(${record}) AS body`, ...NAMES];
  const columns = Object.entries({ ...COLUMNS, raw: firstOf('masked', record, 'text') }).map(([name, sql]) => [
    name,
    dotsSpelledOut(sql),
  ]);
  return { with: names.map(dotsSpelledOut), columns: Object.fromEntries(columns) };
}

function isPrivate(address: string): string {
  return `match(${address}, '^(?i)(10\\\\.|127\\\\.|169\\\\.254\\\\.|192\\\\.168\\\\.|172\\\\.(1[6-9]|2\\\\d|3[01])\\\\.|f[cd]|fe80)')`;
}

/**
 * Every use of a name repeats its whole expression in the analysed statement, so what `e` is made of is kept short: it is
 * parsed from the record as it came, and secrets are masked where they would be stored.
 */
const NAMES: readonly string[] = [
  `JSONExtract(body, ${sqlText(EVENT_TYPE)}) AS e`,
  `${maskedRecord('body')} AS masked`,
  `${firstOf('masked', 'body')} AS record`,
  'parseDateTime64BestEffortOrNull(e.timestamp, 6) AS moment',

  // DNS: where each version names the question (section 2.3).
  `${firstOf('e.dns.rrname', 'e.dns.queries.rrname[1]', 'e.dns.query.rrname[1]', 'e.dns.answer.rrname')} AS question`,
  `${firstOf('e.dns.rrtype', 'e.dns.queries.rrtype[1]', 'e.dns.query.rrtype[1]', 'e.dns.answer.rrtype')} AS question_type`,
  `${firstOf('e.dns.rcode', 'e.dns.answer.rcode')} AS rcode`,
  `bitAnd(e.event_type = 'dns', e.dns.type IN ('answer', 'response')) AS is_dns_answer`,

  // Addresses are those of the packet. Its sender is the server where flow or direction say so; of DNS answers and files
  // the ports tell. Bits, because `and`, `or` and `if` are lazy and evaluate what they share again and again.
  `bitOr(bitOr(
      bitAnd(e.flow.src_ip = e.dest_ip, e.flow.dest_ip = e.src_ip),
      bitAnd(e.flow.src_ip = '', e.direction = 'to_client')),
    bitAnd(bitOr(is_dns_answer, e.event_type = 'fileinfo'),
      bitAnd(ifNull(e.src_port < 1024, 0), ifNull(e.dest_port >= 1024, 0)))) AS is_reply`,

  `${SITE} AS site`,
  `${firstOf('e.fileinfo.filename', 'e.files.filename[1]')} AS file_name_or_url`,

  `e.event_type IN ('flow', 'netflow', 'drop') AS is_flow`,
];

const COLUMNS: RecordMapping['columns'] = {
  refused: `multiIf(
    e.event_type != '' AND moment IS NOT NULL, '',
    NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
    e.event_type = '', 'no event_type',
    concat('no readable time "', substringUTF8(e.timestamp, 1, 80), '"'))`,
  ignored: `e.event_type = 'stats'`,
  time: 'moment',
  kind: `multiIf(e.event_type = 'dns', if(is_dns_answer, 'dns_answer', 'dns'),
    transform(e.event_type, ${sqlList(Object.keys(KINDS))}, ${sqlList(Object.values(KINDS))}, 'other'))`,
  record_type: 'e.event_type',
  // The packet of an alert may be dropped although its own rule would have let it pass.
  verdict: `multiIf(
    e.event_type = 'drop' OR e.alert.action = 'blocked' AND e.event_type = 'alert' OR e.flow.action = 'drop'
      OR JSONExtractString(e.verdict, 'action') IN ('drop', 'reject'), 'blocked',
    e.event_type = 'alert', 'detected', 'allowed')`,
  src_ip: 'e.src_ip',
  src_port: 'e.src_port',
  dst_ip: 'e.dest_ip',
  dst_port: 'e.dest_port',
  proto: numberOf('e.proto', PROTOCOLS, 'UInt8'),
  domain: firstOf('site[1]', 'e.tls.sni', 'question'),
  query_type: 'question_type',
  return_code: numberOf('rcode', RCODES, 'UInt16'),
  url: 'site[2]',
  method: 'e.http.http_method',
  status: 'e.http.status',
  // Each of these objects stands in events of its own type; only alerts bring a transaction and its flow together.
  bytes_in: 'coalesce(e.fileinfo.size, e.flow.bytes_toclient, e.http.length)',
  bytes_out: 'coalesce(e.netflow.bytes, e.flow.bytes_toserver)',
  packet_size: `if(is_flow, coalesce(e.drop.len, e.netflow.bytes, e.flow.bytes_toserver + e.flow.bytes_toclient), NULL)`,
  user_agent: 'e.http.http_user_agent',
  referer: 'site[3]',
  content_type: 'e.http.http_content_type',
  file_name: maskedUrls('file_name_or_url'),
  sha256: `lower(${firstOf('e.fileinfo.sha256', 'e.files.sha256[1]')})`,
  identity_labels: `arrayFilter(a -> is_reply AND a != '', [e.dest_ip])`,
  application_labels: `arrayFilter(a -> is_flow AND a NOT IN ('', 'failed', 'unknown'), [e.app_proto])`,
  application_types: `arrayMap(a -> '', application_labels)`,
  application_ids: `arrayMap(a -> 0, application_labels)`,
  threats: `if(e.alert.metadata.malware_family = '', [], JSONExtract(e.alert.metadata.malware_family, 'Array(String)'))`,
  threat_types: `arrayMap(t -> 'Malware', threats)`,
  signature_generator_id: 'e.alert.gid',
  signature_id: 'e.alert.signature_id',
  signature: 'e.alert.signature',
  classification: 'e.alert.category',
  severity: 'least(e.alert.severity, 4)',
  // Rules spell it CVE_2021_44228, 2021-44228 or cve,2021-44228.
  cves: `arrayDistinct(arrayMap(m -> concat('cve-', m[1], '-', m[2]),
    extractAllGroupsVertical(e.alert.metadata.cve, '([0-9]{4})[-_]([0-9]{4,})')))`,
  direction: `multiIf(NOT is_flow, '', ${isPrivate('e.src_ip')} = ${isPrivate('e.dest_ip')}, '',
    ${isPrivate('e.src_ip')}, 'OUTBOUND', 'INBOUND')`,
  extra: extraSql(CONTEXT_KEYS, KNOWN_KEYS),
};
