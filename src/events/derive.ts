import { CATEGORIES, categoryIdsByLabel, UNLISTED_CATEGORY_BASE } from '../model/categories.ts';
import { EVENT_KINDS, VERDICTS } from '../model/event.ts';
import { DEFAULT_IDENTITY_TYPE, identityTypesBySpelling } from '../model/identity-types.ts';
import { backupJobsSql } from './derive-backup.ts';
import { FACETS, LABELLED } from './facets.ts';
import { layers } from './layers.ts';

/**
 * What every record gets, whatever its format: names and addresses normalised, identities numbered, labels mapped to ids.
 * `parsed` takes records as formats read them; `mapped` holds them as they will be stored, with their fate; from there they
 * part into events, labels, rejects and counts. None of these tables keeps a row.
 */
export function derivedObjects(columns: readonly { name: string; type: string }[], generation: string): string[] {
  const parsedColumns = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  const backupJob = columns.find(({ name }) => name === 'backup_job')?.type ?? '';
  const mappedOnly = [...MAPPED_ONLY, `backup_job ${backupJob}`];
  const parsed = parsedTable(generation);
  const mapped = mappedTable(generation);
  const view = (name: string) => `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}`;
  return [
    `CREATE TABLE IF NOT EXISTS ${parsed} (${POSITION}, format LowCardinality(String), ${parsedColumns}) ENGINE = Null`,
    `CREATE TABLE IF NOT EXISTS ${mapped} AS events ENGINE = Null`,
    `ALTER TABLE ${mapped} ${mappedOnly.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ')}`,
    `${view(`${mapped}_events_view`)} TO events AS
SELECT * EXCEPT (${mappedOnly.map((column) => column.split(' ')[0]).join(', ')}) FROM ${mapped} WHERE fate = 'stored'`,
    `${view(`${mapped}_labels_view`)} TO labels AS\n${labelsSql(mapped)}`,
    `${view(`${mapped}_backup_jobs_view`)} TO backup_jobs AS\n${backupJobsSql(mapped)}`,
    `${view(`${mapped}_rejects_view`)} TO rejects AS
SELECT org, seq, row, line, reason, raw, now() AS at FROM ${mapped} WHERE fate = 'rejected'`,
    `${view(`${mapped}_counts_view`)} TO batch_counts AS
SELECT org, seq, countIf(fate = 'stored') AS stored, countIf(fate = 'rejected') AS rejected,
  countIf(fate = 'ignored') AS ignored FROM ${mapped} GROUP BY org, seq`,
    `${view(`${parsed}_view`)} TO ${mapped} AS\n${mappedSql(parsed)}`,
  ];
}

/** Takes records as formats read them. */
export function parsedTable(generation: string): string {
  return `parsed_${generation}`;
}

/** Takes records as they will be stored. */
export function mappedTable(generation: string): string {
  return `mapped_${generation}`;
}

const POSITION = 'org UInt32, seq UInt64, row UInt32, line UInt64';

const MAPPED_ONLY = [
  'line UInt64',
  "fate Enum8('stored' = 1, 'rejected' = 2, 'ignored' = 3)",
  'reason String',
  'identities Array(Tuple(label String, type String))',
  'applications Array(Tuple(label String, type String))',
  'unlisted_categories Array(Tuple(id UInt32, label String))',
];

/** Columns that go from `parsed` to `mapped` as they are. */
const UNCHANGED = [
  'src_port',
  'dst_port',
  'proto',
  'query_type',
  'return_code',
  'url',
  'method',
  'status',
  'bytes_in',
  'bytes_out',
  'packet_size',
  'user_agent',
  'referer',
  'file_name',
  'sha256',
  'rule_id',
  'rule_set_id',
  'signature_generator_id',
  'signature_id',
  'signature_list_id',
  'signature',
  'classification',
  'severity',
  'cves',
  'session_id',
  'amp_disposition',
  'amp_score',
  'antivirus_threats',
  'isolated_state',
  'isolated_file_action',
  'data_loss_state',
  'http_errors',
  'security_overridden',
  'tenant_controls',
  'bundle_id',
  'destination_list_ids',
  'direction',
  'backup_job',
] as const;

/** SQL for the canonical text of an address in any spelling, '' where it is none (log-formats.md, section 0). */
function addressSql(column: string): string {
  return `multiIf(${column} = '' OR isIPv4String(${column}), ${column},
    startsWith(lower(${column}), '::ffff:') AND isIPv4String(substring(${column}, 8)), substring(${column}, 8),
    ifNull(toString(toIPv6OrNull(splitByChar('%', ${column})[1])), ''))`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function list(values: Iterable<string | number>): string {
  return `[${[...values].map((value) => (typeof value === 'string' ? quote(value) : value)).join(', ')}]`;
}

/** SQL for the category id of a label; labels that are not in the table get a stable id of their own. */
function categoryIdSql(label: string): string {
  const ids = categoryIdsByLabel();
  return `transform(lower(${label}), ${list(ids.keys())}, ${list(ids.values())}::Array(UInt32),
    toUInt32(${UNLISTED_CATEGORY_BASE} + cityHash64(lower(${label})) % ${UNLISTED_CATEGORY_BASE}))`;
}

function identityTypeSql(spelling: string): string {
  const types = identityTypesBySpelling();
  return `transform(lower(${spelling}), ${list(types.keys())}, ${list(types.values())}, '${DEFAULT_IDENTITY_TYPE}')`;
}

function identityLabelSql(label: string): string {
  return `if(position(${label}, ':') = 0, ${label}, if(${addressSql(label)} = '', ${label}, ${addressSql(label)}))`;
}

/** SQL for an enumeration value; what is none becomes `otherwise`. */
function enumSql(column: string, values: Readonly<Record<string, number>>, otherwise: string): string {
  const names = Object.keys(values);
  const type = `Enum8(${Object.entries(values)
    .map(([name, value]) => `'${name}' = ${value}`)
    .join(', ')})`;
  return `CAST(if(${column} IN (${names.map(quote).join(', ')}), ${column}, '${otherwise}') AS ${type})`;
}

/** What the rollups' hours and days can hold. A sensor whose clock is elsewhere has no clock. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2105;

const SAFE_INTEGER_MASK = '9007199254740991';
const SECURITY_IDS = list(CATEGORIES.filter((category) => category.type === 'security').map(({ id }) => id));
const INTEGRATION_IDS = list(CATEGORIES.filter((category) => category.integration).map(({ id }) => id));

/** Which of the seven event types of top-eventtypes an event is (umbrella.md, section 7, 13). */
const EVENT_TYPES_SQL = `arrayFilter(t -> t != '', [
    if(event_kind = 'dns' AND hasAny(category_ids, ${SECURITY_IDS}::Array(UInt32)), 'domain_security', ''),
    if(event_kind = 'dns' AND hasAny(category_ids, ${INTEGRATION_IDS}::Array(UInt32)), 'domain_integration', ''),
    if(event_kind = 'web' AND hasAny(category_ids, ${SECURITY_IDS}::Array(UInt32)), 'url_security', ''),
    if(event_kind = 'web' AND hasAny(category_ids, ${INTEGRATION_IDS}::Array(UInt32)), 'url_integration', ''),
    if(amp_disposition = 'malicious', 'cisco_amp', ''),
    if(notEmpty(antivirus_threats), 'antivirus', ''),
    if(event_verdict = 'blocked' AND notEmpty(application_labels), 'application', '')])`;

/** Ids of the labels, each once. */
function categoryIdsSql(labels: string): string {
  return `arrayDistinct(arrayMap(c -> ${categoryIdSql('c')}, arrayFilter(c -> c != '', ${labels})))`;
}

/** (id, label) of each label that is not in the table; the rows that have none, nearly all, go through with empty arrays. */
const UNLISTED_SQL = `arrayFilter(c -> c.1 >= ${UNLISTED_CATEGORY_BASE}, arrayMap(c -> (${categoryIdSql('c')}, c),
    if(arrayExists(id -> id >= ${UNLISTED_CATEGORY_BASE}, arrayConcat(category_ids, policy_ids)),
      arrayConcat(category_labels, policy_category_labels), emptyArrayString())))`;

/** (label, type) of each identity that the log names; addresses among them are spelt like the client's. */
const NAMED_SQL = `arrayDistinct(arrayFilter(i -> i.1 != '', arrayMap((l, t) -> (${identityLabelSql('l')}, ${identityTypeSql('t')}), identity_labels,
    if(length(identity_labels) = length(identity_types), identity_types,
      arrayResize(emptyArrayString(), length(identity_labels))))))`;

const DERIVED_LAYERS = [
  [
    `${categoryIdsSql('category_labels')} AS category_ids`,
    `${categoryIdsSql('policy_category_labels')} AS policy_ids`,
    `${addressSql('src_ip')} AS client`,
    `${addressSql('nat_ip')} AS translated`,
    `${addressSql('dst_ip')} AS server`,
    'lower(domain) AS name',
    `${NAMED_SQL} AS named`,
    `${enumSql('kind', EVENT_KINDS, 'other')} AS event_kind`,
    `${enumSql('verdict', VERDICTS, 'allowed')} AS event_verdict`,
    'arrayDistinct(arrayZip(threats, arrayResize(threat_types, length(threats)))) AS threat_pairs',
    'arrayZip(application_labels, arrayResize(application_types, length(application_labels))) AS named_applications',
    'arrayResize(application_ids, length(application_labels)) AS numbered_applications',
    `multiIf(ignored = 1 OR refused != '', refused, isNull(time), 'no readable time',
      toYear(assumeNotNull(time)) NOT BETWEEN ${FIRST_YEAR} AND ${LAST_YEAR},
      'the time is outside of ${FIRST_YEAR} to ${LAST_YEAR}', '') AS fault`,
  ],
  [
    `${UNLISTED_SQL} AS unlisted`,
    `if(empty(named) AND client != '', [(client, '${DEFAULT_IDENTITY_TYPE}')], named)::Array(Tuple(label String, type String)) AS who`,
  ],
];

const mappedSql = (
  parsed: string,
) => `SELECT p.org AS org, ifNull(p.time, toDateTime64(0, 6, 'UTC')) AS time, p.seq AS seq, p.row AS row,
  event_kind AS kind, p.format AS format, p.record_type AS record_type, event_verdict AS verdict,
  client AS src_ip, translated AS nat_ip, server AS dst_ip,
  if(length(name) > 1 AND endsWith(name, '.'), substring(name, 1, length(name) - 1), name) AS domain,
  trim(splitByChar(';', lower(p.content_type))[1]) AS content_type,
  who AS identities,
  arrayMap(i -> bitAnd(sipHash64(p.org, i.2, i.1), ${SAFE_INTEGER_MASK}), who) AS identity_ids,
  arrayMap(i -> i.2, who) AS identity_types,
  category_ids AS categories, policy_ids AS policy_categories,
  unlisted AS unlisted_categories,
  arrayMap((l, i) -> if(i = 0, bitAnd(sipHash64('application', l), ${SAFE_INTEGER_MASK}), i),
    p.application_labels, numbered_applications) AS application_ids,
  named_applications AS applications,
  arrayMap(t -> t.1, threat_pairs) AS threats, arrayMap(t -> t.2, threat_pairs) AS threat_types,
  ${EVENT_TYPES_SQL} AS event_types,
  mapFilter((k, v) -> v != '', p.extra) AS extra,
  p.raw AS raw, p.line AS line,
  multiIf(p.ignored = 1, 'ignored', fault != '', 'rejected', 'stored') AS fate, fault AS reason,
  ${UNCHANGED.map((column) => `p.${column} AS ${column}`).join(', ')}
FROM (${layers(`SELECT * FROM ${parsed}`, DERIVED_LAYERS)}) AS p`;

/** One of the rows below for each identity. */
const identityLabelsSql = (facet: number) =>
  `arrayMap((id, i) -> (${facet}::UInt8, id, i.1, i.2, []::Array(UInt32), []::Array(UInt32)), identity_ids, identities)`;

/** Rows (facet, key, label, type, categories, policy categories) for whatever keys a block of events brings. */
const labelsSql = (mapped: string) => `SELECT org, l.1 AS facet, l.2 AS key, any(l.3) AS label, any(l.4) AS type,
  groupUniqArrayArray(l.5) AS categories, groupUniqArrayArray(l.6) AS policy_categories
FROM (SELECT org, arrayJoin(arrayFilter(x -> x.3 != '', if(kind > 'ip', ${identityLabelsSql(LABELLED.otherIdentity)}, arrayConcat(
  [(${FACETS.destination}::UInt8, cityHash64(if(kind IN ('firewall', 'intrusion', 'ip'), dst_ip, domain)),
    if(kind IN ('firewall', 'intrusion', 'ip'), dst_ip, domain), '', categories, policy_categories)],
  arrayMap(x -> (x.1::UInt8, cityHash64(x.2), x.2, '', []::Array(UInt32), []::Array(UInt32)), arrayConcat(
    [(${FACETS.queryType}, toString(query_type)), (${FACETS.externalIp}, nat_ip), (${FACETS.internalIp}, src_ip)],
    arrayMap(t -> (${FACETS.identityType}, toString(t)), identity_types),
    arrayMap(t -> (${FACETS.threatType}, toString(t)), threat_types),
    arrayMap(t -> (${FACETS.eventType}, toString(t)), event_types))),
  ${identityLabelsSql(FACETS.identity)},
  arrayMap((id, a) -> (${FACETS.application}::UInt8, id, a.1, a.2, []::Array(UInt32), []::Array(UInt32)), application_ids, applications),
  arrayMap(c -> (${FACETS.category}::UInt8, toUInt64(c.1), c.2, 'content', []::Array(UInt32), []::Array(UInt32)), unlisted_categories),
  arrayMap((t, y) -> (${FACETS.threat}::UInt8, cityHash64(t, y), toString(t), toString(y), []::Array(UInt32), []::Array(UInt32)), threats, threat_types)
)))) AS l FROM ${mapped} WHERE fate = 'stored')
GROUP BY org, facet, key`;
