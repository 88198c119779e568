import type { BackupJobFilter, BackupJobOrder, InstantRange } from '../../model/backup-job.ts';
import { type Condition, Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

export interface BackupJobsQuestion {
  readonly organizationIds: readonly number[];
  readonly filter: BackupJobFilter;
}

/** How the rows of a job that stand apart come together, as the table's own merges do. */
const MERGED: Readonly<Record<string, string>> = {
  source: 'max',
  job: 'max',
  state: 'max',
  seen: 'min',
  created: 'min',
  started: 'min',
  took: 'max',
  category: 'max',
  type: 'max',
  primary_entity: 'max',
  parent_entity: 'max',
  bytes: 'max',
  transferred: 'max',
  parts: 'maxMap',
  vault: 'max',
  policy_id: 'max',
  policy_name: 'max',
  kept_until: 'max',
};

/**
 * An element of a tuple, of the merged one: by itself the engine would read the element alone, and give that of any row.
 */
const element = (column: string, name: string) => `tupleElement(identity(${column}), '${name}')`;

/**
 * What a job is, of what its records told. A job of which no record told its creation was created when it started; of a run
 * that told only how long it took, the record came at its end.
 */
const JOB_COLUMNS: Readonly<Record<string, string>> = {
  org: 'org',
  id: 'id',
  source: 'source',
  job: 'job',
  category: 'category',
  type: 'type',
  status: element('state', 'status'),
  progress: `if(${element('state', 'status')} = 'completed', 100, ifNull(${element('state', 'progress')}, 0))`,
  message: element('state', 'message'),
  created_at: 'coalesce(created, started, subtractMicroseconds(seen, ifNull(took, 0)))',
  started_at: `if(${element('state', 'status')} = 'queued', NULL, coalesce(started, created, subtractMicroseconds(seen, ifNull(took, 0))))`,
  ended_at: `if(${element('state', 'rank')} = 4, coalesce(${element('state', 'ended')}, addMicroseconds(started_at, took), ${element('state', 'at')}), NULL)`,
  primary_id: element('primary_entity', 'id'),
  primary_type: element('primary_entity', 'type'),
  primary_value: element('primary_entity', 'value'),
  parent_id: element('parent_entity', 'id'),
  parent_type: element('parent_entity', 'type'),
  parent_value: element('parent_entity', 'value'),
  total_bytes: 'ifNull(bytes, if(empty(identity(parts)), NULL, arraySum(mapValues(identity(parts)))))',
  transferred_bytes: 'transferred',
  vault: 'vault',
  policy_id: 'policy_id',
  policy_name: 'policy_name',
  kept_until: 'kept_until',
};

/**
 * A SELECT of all jobs of the question, a row each, with the columns of JOB_COLUMNS; instants are DateTime64(6), those and
 * the byte counts may be NULL. Newest first when an order is given: the engine sorts beyond its memory on disk where the
 * statement's settings allow that (`max_bytes_before_external_sort`).
 */
export function backupJobsSql({ organizationIds, filter }: BackupJobsQuestion, order?: BackupJobOrder): Condition {
  const conditions = new Conditions('j');
  const rows = `FROM backup_jobs %FINAL% WHERE ${organizationsSql(conditions, organizationIds)}${idsSql(conditions, filter.ids)}`;
  const jobs = jobsSql(rows, placesSql(conditions, filter.created));
  addInstants(conditions, 'created_at', filter.created);
  addInstants(conditions, 'ifNull(started_at, created_at)', filter.started);
  addTexts(conditions, filter);
  const { sql, parameters } = conditions.build();
  const ordered = order === undefined ? '' : ` ORDER BY ${orderSql(order)}`;
  return { sql: `SELECT * FROM (${jobs}) WHERE ${sql}${ordered}`, parameters };
}

/**
 * Jobs whose records all know their place come out of the table one by one. Those of which some record does not are brought
 * together by their ids; there are few, and they stand at the front of an organization's rows.
 */
function jobsSql(rows: string, places: string): string {
  const plain = rows.replace('%FINAL%', '');
  const homeless = `SELECT id ${plain} AND placed = 0`;
  const columns = Object.entries(JOB_COLUMNS).map(([name, column]) =>
    name === column ? name : `${column} AS ${name}`,
  );
  const merged = Object.entries(MERGED).map(([column, merge]) => `${merge}(t.${column}) AS ${column}`);
  const together = `SELECT org, id, ${merged.join(', ')} FROM (SELECT * ${plain} AND id IN (${homeless})) AS t GROUP BY org, id`;
  const select = `SELECT ${columns.join(', ')}`;
  const told = `${element('state', 'status')} != ''`;
  return `${select} ${rows.replace('%FINAL%', 'FINAL')} AND placed > 0 ${places} AND id NOT IN (${homeless}) AND ${told}
    UNION ALL ${select} FROM (${together}) WHERE ${told}`;
}

/** On the key, so that a window's jobs are found without reading all of them. */
function placesSql(conditions: Conditions, created: InstantRange = {}): string {
  const second = (us: number) =>
    `toDateTime(${conditions.bind('UInt32', Math.max(0, Math.min(Math.floor(us / 1e6), 2 ** 32 - 1)))}, 'UTC')`;
  const from = created.fromUs === undefined ? '' : `AND placed >= ${second(created.fromUs)}`;
  return created.toUs === undefined ? from : `${from} AND placed <= ${second(created.toUs)}`;
}

/** What is no number is the id of no job. */
function idsSql(conditions: Conditions, ids: readonly string[] | undefined): string {
  if (ids === undefined) return '';
  const numbers = ids.filter((id) => /^[1-9]\d{0,15}$/.test(id)).map(BigInt);
  return ` AND id IN ${conditions.bind('Array(UInt64)', numbers)}`;
}

export function orderSql(order: BackupJobOrder): string {
  return `${order === 'created' ? 'created_at' : 'ifNull(started_at, created_at)'} DESC, id DESC`;
}

/** What the engine's times can hold. */
const LAST_US = Date.UTC(2250, 0) * 1000;

function addInstants(conditions: Conditions, column: string, range: InstantRange = {}): void {
  const instant = (us: number) =>
    `fromUnixTimestamp64Micro(${conditions.bind('Int64', Math.max(0, Math.min(us, LAST_US)))}, 'UTC')`;
  if (range.fromUs !== undefined) conditions.add(`${column} >= ${instant(range.fromUs)}`);
  if (range.toUs !== undefined) conditions.add(`${column} < ${instant(range.toUs)}`);
}

type TextMember = Exclude<keyof BackupJobFilter, 'ids' | 'created' | 'started'>;

const TEXTS: Readonly<Record<TextMember, (place: string) => string>> = {
  statuses: (place) => `status IN ${place}`,
  categories: (place) => `category IN ${place}`,
  types: (place) => `type IN ${place}`,
  categoriesOrTypes: (place) => `category IN ${place} OR type IN ${place}`,
  primaryIds: (place) => `primary_id IN ${place}`,
  primaryIdsContaining: (place) => containsSql('primary_id', place),
  primaryTypes: (place) => `primary_type IN ${place}`,
  primaryValues: (place) => `primary_value IN ${place}`,
  primaryValuesContaining: (place) => containsSql('primary_value', place),
  parentTypes: (place) => `parent_type IN ${place}`,
  parentIds: (place) => `parent_id IN ${place} OR parent_value IN ${place}`,
};

function containsSql(column: string, place: string): string {
  return `arrayExists(part -> position(lowerUTF8(${column}), lowerUTF8(part)) > 0, ${place})`;
}

/** Adds what a filter says of texts, over columns of JOB_COLUMNS. */
export function addTexts(conditions: Conditions, filter: BackupJobFilter): void {
  for (const [member, sql] of Object.entries(TEXTS)) {
    const values = filter[member as TextMember];
    if (values !== undefined) conditions.add(sql(conditions.bind('Array(String)', values)));
  }
}
