import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import type { RecordMapping } from '../format.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { firstOf } from '../sql/first-of.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { instantOrNull } from '../sql/instants.ts';
import { numberOf, PROTOCOLS, RCODES } from '../sql/numbers.ts';
import { elementsAt, placeOfFirst } from '../sql/places.ts';
import { FIELDS, type Field, type FieldMap, normalName } from './field-map.ts';
import { ENDPOINT_NAMES, KIND_OF_WORD, SEVERITY_OF_WORD, WORDS_OF_VERDICT } from './words.ts';

/** Objects inside objects, `_source` among them; what lies deeper is kept as JSON. */
const DEPTH = 5;

/** Fields of which the columns keep a part or a judgement only; what the record said of them stays in `extra`. */
const JUDGED: readonly Field[] = [
  'kind',
  'record_type',
  'verdict',
  'host',
  'dns_message',
  'process',
  'user',
  'computer',
  'rule_id',
  'severity',
  'cve',
  'direction',
];

/**
 * How a JSON object of any kind becomes columns, by the names that `map` has for each of them.
 *
 * @param override SQL for `Map(String, Array(String))`: names that come before those of the map, by field
 */
export function fieldMapping(map: FieldMap, override?: string): RecordMapping {
  return {
    with: [
      'toValidUTF8(text) AS body',
      `${maskedJsonOrEmpty('body')} AS masked`,
      `${firstOf('masked', 'body')} AS record`,
      ...flatMembers('members', 'record', DEPTH),
      `arrayMap(m -> (replaceRegexpOne(m.1, '^_source\\\\.', ''), ${jsonText('m.2')}), members) AS pairs`,
      `arrayFilter((p, nth) -> nth = 1, pairs, arrayEnumerateUniq(arrayMap(p -> p.1, pairs))) AS told`,
      `arrayMap(p -> lower(replaceRegexpAll(p.1, '[ _-]', '')), told) AS keys`,
      'arrayMap(p -> p.2, told) AS texts',
      `arrayMap((k, t) -> if(t = '', '', k), keys, texts) AS present`,
      `[${FIELDS.map((field) => placeSql(map, field, override)).join(',\n')}] AS places`,
      `${elementsAt('texts', 'places', FIELDS.length)} AS f`,
      `${instantOrNull(value('time'))} AS moment`,
      `${allTextsSql(map, 'verdict', override)} AS verdict_text`,
      `${kindSql()} AS event_kind_name`,
    ],
    columns: COLUMNS,
  };
}

const COLUMNS: RecordMapping['columns'] = {
  refused: `multiIf(moment IS NOT NULL, '',
    NOT startsWith(trimLeft(body), '{') OR NOT isValidJSON(body), 'not a JSON object',
    ${value('time')} = '', 'no time under any name of the field map',
    concat('no readable time "', substringUTF8(${value('time')}, 1, 80), '"'))`,
  time: 'moment',
  kind: 'event_kind_name',
  record_type: recordTypeSql(),
  verdict: verdictSql(),
  src_ip: value('src_ip'),
  src_port: `toUInt16OrNull(${value('src_port')})`,
  nat_ip: value('nat_ip'),
  dst_ip: value('dst_ip'),
  dst_port: `toUInt16OrNull(${value('dst_port')})`,
  proto: numberOf(value('proto'), PROTOCOLS, 'UInt8'),
  domain: firstOf(value('query'), value('host'), `domain(${value('url')})`),
  query_type: `upper(${value('query_type')})`,
  return_code: numberOf(value('return_code'), RCODES, 'UInt16'),
  url: urlSql(),
  method: `upper(${value('method')})`,
  status: `toUInt16OrNull(${value('status')})`,
  bytes_in: `toUInt64OrNull(${value('bytes_in')})`,
  bytes_out: `toUInt64OrNull(${value('bytes_out')})`,
  user_agent: value('user_agent'),
  referer: value('referer'),
  content_type: value('content_type'),
  file_name: value('file_name'),
  sha256: `extract(lower(${value('sha256')}), '^[0-9a-f]{64}$')`,
  identity_labels: `arrayFilter(l -> l != '', [${value('user')}, ${value('computer')}])`,
  identity_types: `arrayFilter((t, l) -> l != '', ['directory_user', 'directory_computer'], [${value('user')}, ${value('computer')}])`,
  category_labels: listSql('category'),
  application_labels: listSql('application'),
  application_types: `arrayMap(a -> '', application_labels)`,
  application_ids: `arrayMap(a -> 0, application_labels)`,
  threats: listSql('threat'),
  threat_types: `arrayMap(t -> '', threats)`,
  rule_id: `toUInt64OrZero(${value('rule_id')})`,
  signature: `if(event_kind_name = 'intrusion', ${value('rule')}, '')`,
  classification: value('classification'),
  severity: `transform(lower(${value('severity')}), ${sqlList(Object.keys(SEVERITY_OF_WORD))}, ${sqlList(Object.values(SEVERITY_OF_WORD))}, 0)`,
  cves: `arrayDistinct(extractAll(lower(${value('cve')}), 'cve-[0-9]{4}-[0-9]{4,}'))`,
  direction: `multiIf(match(lower(${value('direction')}), '^(out|egress)'), 'OUTBOUND', match(lower(${value('direction')}), '^(in|ingress)'), 'INBOUND', '')`,
  extra: extraSql(),
  raw: firstOf('masked', 'text'),
};

/** Place of a field in the arrays `places` and `f`. */
function place(field: Field): number {
  return FIELDS.indexOf(field) + 1;
}

/** SQL for what the record says of a field, '' where nothing. */
function value(field: Field): string {
  return `f[${place(field)}]`;
}

/** SQL for the place of the member that says something of a field, by the first of the field's names that a member has; 0 where none. */
function placeSql(map: FieldMap, field: Field, override: string | undefined): string {
  const mapped = placeOfFirst('present', map[field].map(normalName));
  if (override === undefined) return mapped;
  const own = `arrayFirst(i -> i != 0, arrayMap(n -> indexOf(present, n), ${override}[${sqlText(field)}]))`;
  return `if(${own} != 0, ${own}, ${mapped})`;
}

/** SQL for all that members say of a field, in the order of the field's names. */
function allTextsSql(map: FieldMap, field: Field, override: string | undefined): string {
  const names = new Set(map[field].map(normalName));
  const texts = `[${[...names].map((name) => `texts[indexOf(keys, ${sqlText(name)})]`).join(', ')}]::Array(String)`;
  const own = `arrayMap(n -> texts[indexOf(keys, n)], ${override}[${sqlText(field)}])`;
  return `arrayStringConcat(${override === undefined ? texts : `arrayConcat(${own}, ${texts})`}, ' ')`;
}

/**
 * What the record calls itself decides, if it is a word for a kind; then what it is made of. Answers count as queries but for
 * Suricata's: it writes the query too, while Packetbeat and Zeek write one record that they call an answer.
 */
function kindSql(): string {
  const words = `splitByRegexp('[^a-z_]+', lower(${value('kind')}))`;
  const kinds = `arrayMap(w -> transform(w, ${sqlList(KIND_OF_WORD.keys())}, ${sqlList(KIND_OF_WORD.values())}, ''), ${words})`;
  const named = `arrayFirst(k -> k != '', ${kinds})`;
  return `multiIf(
    ${value('dns_message')} = 'answer' AND startsWith(${value('record_type')}, 'suricata'), 'dns_answer',
    ${named} != '', ${named},
    ${value('url')} != '' OR ${value('method')} != '', 'web',
    ${value('query')} != '', 'dns',
    ${value('process')} != '', 'endpoint',
    ${value('src_ip')} != '' AND ${value('dst_ip')} != '', 'firewall',
    'other')`;
}

/** A process that starts is what Sigma calls a process creation. */
function recordTypeSql(): string {
  const isStart = `match(lower(verdict_text), '\\\\b(start|exec|process_started|executed)\\\\b')`;
  return `if(event_kind_name = 'endpoint' AND ${value('process')} != '' AND position(lower(${value('kind')}), 'process') > 0 AND ${isStart},
    'process_creation', lower(${value('record_type')}))`;
}

function verdictSql(): string {
  const cases = Object.entries(WORDS_OF_VERDICT).map(([verdict, words]) => {
    const pattern = `(?i)(^|[^a-z])(${words.join('|')})([^a-z]|$)`;
    return `match(verdict_text, ${sqlText(pattern)}), ${sqlText(verdict)}`;
  });
  return `multiIf(${cases.join(', ')},
    event_kind_name = 'intrusion', 'detected',
    event_kind_name = 'audit' AND match(verdict_text, '(?i)fail'), 'blocked', 'allowed')`;
}

/** A path alone becomes whole where the host is known. */
function urlSql(): string {
  const path = `startsWith(${value('url')}, '/')`;
  return `if(${path} AND ${value('host')} != '', concat('http://', ${value('host')}, ${value('url')}), ${value('url')})`;
}

function listSql(field: Field): string {
  return `arrayFilter(l -> l != '', splitByRegexp(' *, *', ${value(field)}))`;
}

/** Members that no column holds, under their own names or those that Sigma's rules know. */
function extraSql(): string {
  const held = FIELDS.filter((field) => !JUDGED.includes(field)).map((field) => `places[${place(field)}]`);
  const unheld = `arrayFilter((p, i) -> p.2 != '' AND NOT has([${held.join(', ')}], i), told, arrayEnumerate(told))`;
  const known = [sqlList(Object.keys(ENDPOINT_NAMES)), sqlList(Object.values(ENDPOINT_NAMES))].join(', ');
  const sigma = `if(event_kind_name = 'endpoint',
    arrayFilter(p -> p.1 != '', arrayMap(p -> (transform(p.1, ${known}, ''), p.2), told)), [])`;
  const label = `if(event_kind_name = 'intrusion', [], [('rule_label', ${value('rule')})])`;
  return `CAST(arrayConcat(${unheld}, ${sigma}, ${label}) AS Map(String, String))`;
}
