import type { EventKind } from '../../model/event.ts';
import { TRAFFIC_KINDS } from '../../model/event.ts';
import type { EventFilter, ExistsAttribute, TimeRange } from '../../model/query.ts';
import { type Condition, Conditions } from './condition.ts';

/**
 * The condition over `events` that a filter means (umbrella.md, section 3.4). Without kinds it covers all traffic kinds.
 */
export function filterSql(filter: EventFilter): Condition {
  const conditions = new Conditions('f');
  const kinds: readonly EventKind[] = filter.kinds ?? TRAFFIC_KINDS;
  conditions.add(`kind IN ${conditions.bind('Array(String)', kinds)}`);
  addNames(conditions, filter);
  addNumbers(conditions, filter);
  addWords(conditions, filter);
  addFlags(conditions, filter);
  return conditions.build();
}

/** Both ends inclusive, to the millisecond. */
export function rangeSql(range: TimeRange): Condition {
  const conditions = new Conditions('t');
  conditions.add(`time >= fromUnixTimestamp64Milli(${conditions.bind('Int64', range.fromMs)}, 'UTC')`);
  conditions.add(`time < fromUnixTimestamp64Milli(${conditions.bind('Int64', range.toMs + 1)}, 'UTC')`);
  return conditions.build();
}

type ListMember = {
  [Name in keyof EventFilter]-?: NonNullable<EventFilter[Name]> extends readonly (string | number)[] ? Name : never;
}[keyof EventFilter];

function addEach(
  conditions: Conditions,
  filter: EventFilter,
  table: Readonly<Partial<Record<ListMember, { type: string; sql: (place: string) => string; lower?: boolean }>>>,
): void {
  for (const [member, { type, sql, lower }] of Object.entries(table)) {
    const values = filter[member as ListMember];
    if (values === undefined) continue;
    const bound = lower ? values.map((value) => String(value).toLowerCase()) : values;
    conditions.add(sql(conditions.bind(`Array(${type})`, bound)));
  }
}

function addNumbers(conditions: Conditions, filter: EventFilter): void {
  addEach(conditions, filter, {
    categories: { type: 'UInt32', sql: (place) => `hasAny(categories, ${place})` },
    policyCategories: { type: 'UInt32', sql: (place) => `hasAny(policy_categories, ${place})` },
    ports: { type: 'UInt16', sql: (place) => `src_port IN ${place} OR dst_port IN ${place}` },
    identityIds: { type: 'UInt64', sql: (place) => `hasAny(identity_ids, ${place})` },
    applicationIds: { type: 'UInt64', sql: (place) => `hasAny(application_ids, ${place})` },
    ruleIds: { type: 'UInt64', sql: (place) => `rule_id IN ${place}` },
    bundleIds: { type: 'UInt64', sql: (place) => `bundle_id IN ${place}` },
    signatureLists: { type: 'UInt64', sql: (place) => `kind = 'intrusion' AND signature_list_id IN ${place}` },
  });
  if (filter.signatures !== undefined) {
    const pairs = filter.signatures.map(({ id, generatorId }) => `${generatorId}-${id}`);
    const place = conditions.bind('Array(String)', pairs);
    conditions.add(
      `kind = 'intrusion' AND concat(toString(signature_generator_id), '-', toString(signature_id)) IN ${place}`,
    );
  }
}

function addWords(conditions: Conditions, filter: EventFilter): void {
  const anyOf = (array: string) => (place: string) => `arrayExists(x -> has(${place}, lower(x)), ${array})`;
  addEach(conditions, filter, {
    verdicts: { type: 'String', sql: (place) => `verdict IN ${place}` },
    destinations: { type: 'String', sql: (place) => `destination IN ${place}` },
    ips: { type: 'String', sql: (place) => `src_ip IN ${place} OR dst_ip IN ${place} OR nat_ip IN ${place}` },
    identityTypes: { type: 'String', sql: (place) => `hasAny(identity_types, ${place})`, lower: true },
    sha256: { type: 'String', sql: (place) => `sha256 IN ${place}`, lower: true },
    threats: { type: 'String', sql: anyOf('threats'), lower: true },
    threatTypes: { type: 'String', sql: anyOf('threat_types'), lower: true },
    ampDispositions: { type: 'String', sql: (place) => `amp_disposition IN ${place}`, lower: true },
    antivirusThreats: { type: 'String', sql: anyOf('antivirus_threats'), lower: true },
    isolatedStates: { type: 'String', sql: (place) => `isolated_state IN ${place}`, lower: true },
    isolatedFileActions: { type: 'String', sql: (place) => `isolated_file_action IN ${place}`, lower: true },
    dataLossStates: { type: 'String', sql: (place) => `data_loss_state IN ${place}`, lower: true },
    httpErrors: {
      type: 'String',
      sql: (place) => `arrayExists(x -> has(${place}, lower(splitByChar(':', x)[1])), http_errors)`,
      lower: true,
    },
    withoutDomains: { type: 'String', sql: (place) => `domain NOT IN ${place}`, lower: true },
  });
}

function addNames(conditions: Conditions, filter: EventFilter): void {
  if (filter.domains !== undefined)
    addPatterns(
      conditions,
      'domain',
      filter.domains.map((name) => name.toLowerCase()),
    );
  if (filter.fileNames !== undefined) addPatterns(conditions, 'file_name', filter.fileNames);
  if (filter.urls !== undefined) {
    const prefixes = filter.urls.map((url) => url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/\/$/, ''));
    const place = conditions.bind('Array(String)', prefixes);
    conditions.add(
      `url != '' AND arrayExists(p -> startsWith(replaceRegexpOne(url, '^[A-Za-z][A-Za-z0-9+.-]*://', ''), p), ${place})`,
    );
  }
}

/** Equality for plain values, LIKE for those with `*`. */
function addPatterns(conditions: Conditions, column: string, values: readonly string[]): void {
  const exact = values.filter((value) => !value.includes('*'));
  const patterns = values.filter((value) => value.includes('*')).map(likePattern);
  const alternatives = [`${column} IN ${conditions.bind('Array(String)', exact)}`];
  for (const pattern of patterns) alternatives.push(`${column} LIKE ${conditions.bind('String', pattern)}`);
  conditions.add(alternatives.join(' OR '));
}

function likePattern(value: string): string {
  return value.replaceAll(/[\\%_]/g, (character) => `\\${character}`).replaceAll(/\*+/g, '%');
}

function addFlags(conditions: Conditions, filter: EventFilter): void {
  const flags = { security_overridden: filter.securityOverridden, tenant_controls: filter.tenantControls };
  for (const [column, value] of Object.entries(flags)) {
    if (value !== undefined) conditions.add(`kind = 'web' AND ${column} = ${conditions.bind('Bool', value)}`);
  }
  for (const attribute of filter.exists ?? []) conditions.add(EXISTS_SQL[attribute]);
}

const EXISTS_SQL: Readonly<Record<ExistsAttribute, string>> = {
  categories: 'notEmpty(categories)',
  policycategories: 'notEmpty(policy_categories)',
  applicationid: 'notEmpty(application_ids)',
  nbarapplicationid: "kind = 'firewall' AND notEmpty(application_ids)",
  nbarapplicationtypeids: "kind = 'firewall' AND notEmpty(application_ids)",
  privateapplicationid: "extra['private_app_id'] != ''",
  applicationgroupids: "extra['private_app_group_id'] != ''",
  sha256: "sha256 != ''",
  filename: "file_name != ''",
  threats: 'notEmpty(threats)',
  threattypes: 'notEmpty(threat_types)',
  antivirusthreats: 'notEmpty(antivirus_threats)',
  destinationlistids: 'notEmpty(destination_list_ids)',
  httperrors: 'notEmpty(http_errors)',
};
