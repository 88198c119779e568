import { sqlList } from '../../kit/sql-literals.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { instantOrNull } from '../sql/instants.ts';
import { numberOf, PROTOCOLS } from '../sql/numbers.ts';
import { CATEGORIES } from './categories.ts';
import { FIELD_NAMES, field } from './fields.ts';

/** Events about an account that logs on, is refused, or leaves: `TargetUserName` is who it is about. */
const LOGON_EVENTS = ['4624', '4625', '4634', '4647', '4648', '4768', '4769', '4771', '4776'];

/** What was refused: logons and connections (Security), files that Sysmon blocked. */
const BLOCKED = ['security/4625', 'security/5152', 'security/5157'];
const BLOCKED_CATEGORIES = ['file_block_executable', 'file_block_shredding'];

/** Windows error codes of DNS lookups are 9000 and the RCODE. */
const DNS_ERRORS = 9000;

/** How an event of the Windows event log becomes columns (spec log-formats.md, section 9, for the names in `extra`). */
export const WINDOWS_MAPPING: RecordMapping = {
  with: [
    'toValidUTF8(text) AS body',
    `${maskedJsonOrEmpty('body')} AS masked`,
    `${firstOf('masked', 'body')} AS record`,
    ...FIELD_NAMES,
    `concat(lower(channel), '/', event_id) AS event_key`,
    `transform(event_key, ${sqlList(CATEGORIES.keys())}, ${sqlList(CATEGORIES.values())}, lower(channel)) AS sigma_category`,
    `if(sigma_category = 'registry_add' AND startsWith(${field('EventType')}, 'Delete'), 'registry_delete', sigma_category) AS category`,
    `${firstOf(utcTime(), field('TimeCreated_SystemTime'), field('TimeCreated'), field('EventTime'), field('@timestamp'))} AS logged_time`,
    `${instantOrNull('logged_time')} AS moment`,
    `${userSql()} AS user_name`,
  ],
  columns: {
    refused: `multiIf(event_id != '' AND moment IS NOT NULL, '',
      NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
      event_id = '', 'no EventID',
      concat('no readable time "', substringUTF8(logged_time, 1, 80), '"'))`,
    time: 'moment',
    kind: `'endpoint'`,
    record_type: 'category',
    verdict: `if(event_key IN ${sqlList(BLOCKED)} OR category IN ${sqlList(BLOCKED_CATEGORIES)}, 'blocked', 'allowed')`,
    src_ip: firstOf(field('SourceIp'), field('SourceAddress'), field('IpAddress')),
    src_port: port('SourcePort', 'IpPort'),
    dst_ip: firstOf(field('DestinationIp'), field('DestAddress')),
    dst_port: port('DestinationPort', 'DestPort'),
    proto: numberOf(field('Protocol'), PROTOCOLS, 'UInt8'),
    domain: firstOf(field('QueryName'), field('DestinationHostname')),
    return_code: `multiIf(category != 'dns_query', NULL, ${field('QueryStatus')} = '0', 0,
      toUInt16OrZero(${field('QueryStatus')}) BETWEEN ${DNS_ERRORS + 1} AND ${DNS_ERRORS + 23}, toUInt16OrZero(${field('QueryStatus')}) - ${DNS_ERRORS}, NULL)`,
    file_name: firstOf(
      field('TargetFilename'),
      field('ImageLoaded'),
      `if(category = 'process_creation', ${field('Image')}, '')`,
    ),
    sha256: `lower(extract(${firstOf(field('Hashes'), field('Hash'))}, '(?i)SHA256=([0-9a-f]{64})'))`,
    identity_labels: `arrayFilter(l -> l != '', [user_name, ${field('Computer')}])`,
    identity_types: `arrayFilter((t, l) -> l != '', ['directory_user', 'directory_computer'], [user_name, ${field('Computer')}])`,
    extra: 'fields',
    raw: firstOf('masked', 'text'),
  },
};

/** Sysmon's own time, which names no zone and means UTC. */
function utcTime(): string {
  return `if(match(${field('UtcTime')}, '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+$'), concat(${field('UtcTime')}, 'Z'), '')`;
}

function port(...names: readonly string[]): string {
  return `toUInt16OrNull(${firstOf(...names.map((name) => field(name)))})`;
}

/** Who did it, as `DOMAIN\name`; '' where the event names nobody. */
function userSql(): string {
  const logon = `if(event_id IN ${sqlList(LOGON_EVENTS)}, ${account('Target')}, '')`;
  return firstOf(notDash(field('User')), logon, account('Subject'), notDash(field('SourceUser')));
}

function account(role: string): string {
  const domain = notDash(field(`${role}DomainName`));
  const name = notDash(field(`${role}UserName`));
  return `if(${name} = '' OR ${domain} = '', ${name}, concat(${domain}, '\\\\', ${name}))`;
}

/** Windows writes `-` for what there is not. */
function notDash(text: string): string {
  return `if(${text} = '-', '', ${text})`;
}
