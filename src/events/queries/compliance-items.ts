import { DAY_MS } from '../../kit/durations.ts';
import { before, windowBounds } from '../../model/calendar-duration.ts';
import type { ComplianceControls, ComplianceFilters, ComplianceParameter, Duration } from '../../model/compliance.ts';
import { backupJobsSql } from './backup-jobs-sql.ts';
import { type Condition, Conditions } from './condition.ts';

export interface ComplianceQuestion {
  readonly organizationIds: readonly number[];
  readonly parameter: ComplianceParameter;
  /** What began later does not count; look-backs end here. Milliseconds since 1970. */
  readonly momentMs: number;
  /** For each organization when the first of its backup jobs began that is known of, microseconds since 1970. */
  readonly knownSinceUs: ReadonlyMap<number, number>;
}

/** Columns of `complianceItemsSql`. */
const COMPLIANCE_ITEM_COLUMNS = [
  'org',
  'control',
  'item_type',
  'item_id',
  'item_name',
  'entity_type',
  'parent_value',
  'policy_id',
  'policy_name',
  'compliance_status',
  'reason',
] as const;

/**
 * A SELECT of one row for each control and each item it looks at, an asset or a policy, with COMPLIANCE_ITEM_COLUMNS. Assets
 * are what backups and snapshots were made of, and policies what jobs say they were made under: the logs tell of no others.
 */
export function complianceItemsSql(question: ComplianceQuestion): Condition {
  const conditions = new Conditions('c');
  const { assetBackup, assetProtection, policy } = question.parameter.controls;
  const sources = sourcesOf(conditions, question);
  const selects = [
    ...(assetBackup ? [assetBackupSql(conditions, question, { control: assetBackup, sources })] : []),
    ...(assetProtection ? [assetProtectionSql(conditions, question, { control: assetProtection, sources })] : []),
    ...(policy ? [policySql(conditions, question, { control: policy, sources })] : []),
  ];
  const columns = COMPLIANCE_ITEM_COLUMNS.join(', ');
  const sql = selects.map((select) => `SELECT ${columns} FROM (${select})`).join(' UNION ALL ');
  return { sql, parameters: { ...sources.parameters, ...conditions.build().parameters } };
}

/** Jobs to look at. `at` is when a job was created: what it makes is kept from then on. */
interface Sources {
  /** All of the organizations. */
  readonly all: string;
  /** Those of the assets that all controls are about. */
  readonly common: string;
  /** Those of the assets that controls about assets are about. */
  readonly ofAssets: string;
  readonly parameters: Condition['parameters'];
}

interface Sought<Control extends keyof ComplianceControls> {
  readonly control: NonNullable<ComplianceControls[Control]>;
  readonly sources: Sources;
}

function sourcesOf(conditions: Conditions, { organizationIds, parameter, momentMs }: ComplianceQuestion): Sources {
  const filter = { categories: ['backup', 'snapshot'], created: { toUs: momentMs * 1000 } };
  const { sql, parameters } = backupJobsSql({ organizationIds, filter });
  const all = `SELECT org, source, status, created_at AS at, primary_type, primary_value, parent_type, parent_id, parent_value,
      if(primary_id = '', primary_value, primary_id) AS asset, policy_id, policy_name,
      if(policy_id = '', policy_name, policy_id) AS policy, kept_until
    FROM (${sql}) WHERE asset != ''`;
  const { asset, common } = parameter.filters ?? {};
  const commonSql = `SELECT * FROM (${all}) WHERE ${commonCondition(conditions, common)}`;
  const ofAssets = `SELECT * FROM (${commonSql}) WHERE ${groupCondition(conditions, asset)}`;
  return { all, common: commonSql, ofAssets, parameters };
}

/** What the types of a data source's assets begin with. */
const TYPE_PREFIXES = { aws: ['aws_', 'protection_group'], microsoft365: ['microsoft365_'], vmware: ['vmware_'] };

function commonCondition(conditions: Conditions, { assetTypes = [], dataSources = [] }: Common = {}): string {
  const parts: string[] = [];
  if (assetTypes.length > 0) parts.push(`primary_type IN ${conditions.bind('Array(String)', assetTypes)}`);
  if (dataSources.length > 0) parts.push(`(${dataSources.map(ofDataSource).join(' OR ')})`);
  return parts.length === 0 ? '1' : parts.join(' AND ');
}

type Common = NonNullable<ComplianceFilters['common']>;

function ofDataSource(source: keyof typeof TYPE_PREFIXES): string {
  return TYPE_PREFIXES[source].map((prefix) => `startsWith(primary_type, '${prefix}')`).join(' OR ');
}

/** A group is what assets live in: by id or name, and, of `account/region`, by either part. */
function groupCondition(conditions: Conditions, { groups = [] }: NonNullable<ComplianceFilters['asset']> = {}): string {
  const alternatives = groups.map(({ id, region, type }) => {
    const parts = [
      ...(id ? [idCondition(conditions.bind('String', id))] : []),
      ...(region ? [`arrayElement(splitByChar('/', parent_value), 2) = ${conditions.bind('String', region)}`] : []),
      ...(type ? [`(${ofDataSource(type)})`] : []),
    ];
    return parts.length === 0 ? '1' : parts.join(' AND ');
  });
  return alternatives.length === 0 ? '1' : alternatives.map((one) => `(${one})`).join(' OR ');
}

function idCondition(id: string): string {
  return `(parent_id = ${id} OR parent_value = ${id} OR arrayElement(splitByChar('/', parent_value), 1) = ${id})`;
}

const INTERVALS = {
  minutes: 'MINUTE',
  hours: 'HOUR',
  days: 'DAY',
  weeks: 'WEEK',
  months: 'MONTH',
  years: 'YEAR',
} as const;

/** A duration as the engine adds it to an instant: by the calendar in UTC, as `before` does. */
function interval({ unit, value }: Duration): string {
  if (!Number.isSafeInteger(value)) throw new Error(`not a whole number of ${unit}: ${value}`);
  return `INTERVAL ${value} ${INTERVALS[unit]}`;
}

function instant(conditions: Conditions, ms: number): string {
  return `fromUnixTimestamp64Micro(${conditions.bind('Int64', ms * 1000)}, 'UTC')`;
}

/** What each asset is called and where it lives, by its newest job, and the policy it was last backed up under. */
const ASSET = `org, primary_type AS entity_type, asset AS item_id, 'asset' AS item_type,
  argMax(if(primary_value = '', asset, primary_value), at) AS item_name, argMax(parent_value, at) AS parent_value,
  argMaxIf(policy_id, at, policy != '') AS policy_id, argMaxIf(policy_name, at, policy != '') AS policy_name`;

/** The logs do not tell the tags of assets: which of them are meant cannot be said. */
function judged(question: ComplianceQuestion, status: string, reason: string): string {
  const { tags = [] } = question.parameter.filters?.asset ?? {};
  if (tags.length === 0) return `${status} AS compliance_status, ${reason} AS reason`;
  return `'unknown' AS compliance_status, 'the tags of assets are not known' AS reason`;
}

/**
 * Windows before the first job that is known of cannot be judged, nor can those that hold only backups of which it is not
 * known how long they are kept.
 */
function assetBackupSql(
  conditions: Conditions,
  question: ComplianceQuestion,
  { control, sources }: Sought<'assetBackup'>,
): string {
  const bounds = windowBounds(question.momentMs, control).map((ms) => ms * 1000);
  const starts = conditions.bind('Array(Int64)', bounds.slice(0, -1));
  const windows = bounds.length - 1;
  const known = [...question.knownSinceUs];
  const knownOrgs = conditions.bind(
    'Array(UInt32)',
    known.map(([org]) => org),
  );
  const knownSince = conditions.bind(
    'Array(Int64)',
    known.map(([, us]) => us),
  );
  const jobs = `SELECT *, toUnixTimestamp64Micro(at) >= arrayElement(${starts}, 1) AND status = 'completed' AS counts,
      roundDown(toUnixTimestamp64Micro(at), ${starts}) AS window, kept_until IS NULL AS untold,
      ifNull(at + ${interval(control.minimumRetentionDuration)} <= kept_until, 0) AS kept,
      arrayElement(${knownSince}, indexOf(${knownOrgs}, org)) AS known_since
    FROM (${sources.ofAssets})`;
  const assets = `SELECT ${ASSET}, uniqExactIf(window, counts AND kept) AS good,
      uniqExactIf(window, counts AND (kept OR untold) AND window >= known_since) AS told,
      arrayCount(start -> start >= any(known_since), ${starts}) - told AS missing
    FROM (${jobs}) GROUP BY org, entity_type, item_id`;
  return `SELECT *, 'asset_backup' AS control, ${judged(
    question,
    `multiIf(missing > 0, 'non_compliant', good = ${windows}, 'compliant', 'unknown')`,
    `multiIf(missing > 0, concat(toString(missing), ' of ${windows} windows hold no backup that is kept long enough'),
      good = ${windows}, '', concat(toString(${windows} - good),
        ' of ${windows} windows lie before what is known, or hold only backups of which it is not known how long they are kept'))`,
  )} FROM (${assets})`;
}

/** A policy under which nothing was backed up for so long is no longer at work: most make a backup every month. */
const POLICY_RESTS_MS = 31 * DAY_MS;

function assetProtectionSql(
  conditions: Conditions,
  question: ComplianceQuestion,
  { control, sources }: Sought<'assetProtection'>,
): string {
  const since = instant(conditions, question.momentMs - POLICY_RESTS_MS);
  const assets = `SELECT ${ASSET}, countIf(policy != '') > 0 AS was_covered,
      countIf(policy != '' AND at > ${since}) > 0 AS covered, argMaxIf(policy, at, policy != '') AS last_policy,
      max((org, source) IN (SELECT org, source FROM (${sources.all}) WHERE policy != '')) AS told
    FROM (${sources.ofAssets}) GROUP BY org, entity_type, item_id`;
  const active = `(org, last_policy) IN (SELECT org, policy FROM (${sources.all}) WHERE policy != '' AND at > ${since})`;
  const rested = control.shouldIgnoreDeactivatedPolicy ? 'compliant' : 'non_compliant';
  return `SELECT *, 'asset_protection' AS control, ${judged(
    question,
    `multiIf(covered, 'compliant', was_covered AND NOT active, '${rested}', was_covered OR told, 'non_compliant', 'unknown')`,
    `multiIf(covered, '', was_covered AND NOT active, 'its policy has made no backup for 31 days',
      was_covered, 'no backup under a policy for 31 days', told, 'no backup under a policy',
      'its backup tool does not tell policies')`,
  )} FROM (SELECT *, ${active} AS active FROM (${assets}))`;
}

/** A day in local time may have 25 hours. */
const LATE = 'INTERVAL 1 HOUR';

function policySql(
  conditions: Conditions,
  question: ComplianceQuestion,
  { control, sources }: Sought<'policy'>,
): string {
  const { minimumRetentionDuration: retention, minimumRpoFrequency: frequency } = control;
  const { momentMs } = question;
  const sinceMs = Math.min(momentMs - POLICY_RESTS_MS, frequency ? before(momentMs, frequency, 2) : momentMs);
  const [moment, since] = [instant(conditions, momentMs), instant(conditions, sinceMs)];
  const onTime = frequency
    ? `arrayAll((a, b) -> a + ${interval(frequency)} + ${LATE} >= b, times, arrayPushBack(arrayPopFront(times), ${moment}))`
    : '1';
  const kept = `at + ${interval(retention)} <= kept_until`;
  const perAsset = `SELECT org, policy, primary_type, asset, argMax(policy_id, at) AS id, argMax(policy_name, at) AS name,
      max(at) AS latest, arraySort(groupArrayIf(at, status = 'completed' AND at > ${since})) AS times, ${onTime} AS on_time,
      countIf(status = 'completed' AND at > ${since} AND kept_until IS NULL) AS untold,
      countIf(status = 'completed' AND at > ${since} AND NOT ifNull(${kept}, 1)) AS short
    FROM (${sources.common}) WHERE policy != '' GROUP BY org, policy, primary_type, asset`;
  const policies = `SELECT org, policy AS item_id, 'policy' AS item_type, argMax(id, latest) AS policy_id,
      argMax(name, latest) AS policy_name, if(policy_name = '', policy, policy_name) AS item_name, '' AS entity_type,
      '' AS parent_value, sum(length(times)) AS backups, countIf(notEmpty(times) AND NOT on_time) AS late,
      sum(untold) AS untold_backups, sum(short) AS short_backups
    FROM (${perAsset}) GROUP BY org, policy`;
  return `SELECT *, 'policy' AS control,
      multiIf(backups = 0, '${frequency ? 'non_compliant' : 'unknown'}', short_backups > 0 OR late > 0, 'non_compliant',
        untold_backups > 0, 'unknown', 'compliant') AS compliance_status,
      multiIf(backups = 0, 'no backup in the time that was looked at',
        short_backups > 0, concat(toString(short_backups), ' backups are not kept long enough'),
        late > 0, concat(toString(late), ' assets are not backed up often enough'),
        untold_backups > 0, concat('of ', toString(untold_backups), ' backups it is not known how long they are kept'), '')
        AS reason
    FROM (${policies})`;
}
