import { ALARM_ENDPOINTS, ALARM_EVENTS } from '../../model/alarm.ts';
import type { EventStore, QueryOptions, Settings } from '../client.ts';
import { type Condition, Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';
import { SOURCE_ADDRESS, SOURCE_IDENTITY } from './stored-events.ts';

/** Rules about the same logs, looked for in one statement. */
export interface SoughtRules {
  /** SELECT of one row, `numbers Array(UInt16)`: rules that may match some of the events. It takes a fraction of the time. */
  candidates(where: string): string;
  /** SELECT of whole events, with `matched Array(UInt16)`: those of the rules that match them. */
  matched(where: string, numbers: readonly number[]): string;
  /** Column expressions, String, for what tells alarms of a rule apart, by number; the client where absent. */
  readonly keys: ReadonlyMap<number, string>;
  /** Length of the stretches of event time that are one alarm each, in milliseconds, by number. */
  readonly mutesMs: ReadonlyMap<number, number>;
}

/** Events of these batches; all that are committed up to `last`, of these organizations. */
export interface BatchSlice {
  /** The batch before the first. */
  readonly after: number;
  readonly last: number;
  readonly organizationIds: readonly number[];
  /** Only what happened then, microseconds since 1970, the end exclusive. */
  readonly span?: { readonly fromUs: number; readonly toUs: number } | undefined;
}

/** What one batch has of what a rule matched, for one key and one stretch of time. */
export interface MatchRow {
  readonly rule: number;
  readonly org: number;
  /** `identity:` and its number where the client has no address. */
  readonly key: string;
  /** Which stretch, counted from 1970. */
  readonly stretch: number;
  readonly seq: number;
  readonly events: number;
  readonly first_us: number;
  readonly last_us: number;
  /** Time, batch and row of the earliest. */
  readonly positions: readonly (readonly [number, number, number])[];
  /** Address and number of the identity, 0 for none, with how many events they have; most frequent first. */
  readonly sources: readonly (readonly [readonly [string, number], number])[];
  /** Address and name. */
  readonly destinations: readonly (readonly [readonly [string, string], number])[];
  readonly formats: readonly string[];
}

/** A rule that tells thousands of clients apart in one batch is noise: what is beyond this is not looked at. */
const MOST_OF_RULE_AND_BATCH = 10_000;

/** What alarms are told apart by unless their rule says otherwise. */
const CLIENT_KEY = `multiIf(${SOURCE_ADDRESS} != '', ${SOURCE_ADDRESS}, ${SOURCE_IDENTITY} != 0,
  concat('identity:', toString(${SOURCE_IDENTITY})), '')`;

/** What a statement over matched events must give for each of them, besides `rule`, `key` and `stretch`. */
export const EVIDENCE_COLUMNS = `org, seq, row, toUnixTimestamp64Micro(time) AS us, toString(format) AS sensor,
  tuple(${SOURCE_ADDRESS}, ${SOURCE_IDENTITY}) AS source, tuple(dst_ip, domain) AS target`;

/** Sums up matched events, for each alarm and batch. Exact and in a fixed order, so that the same events give the same rows. */
export function summarySql(matched: string): string {
  const top = (counts: string) =>
    `arraySlice(arraySort(p -> (-toInt64(p.2), p.1), arrayZip(${counts}.1, ${counts}.2)), 1, ${ALARM_ENDPOINTS})`;
  return `SELECT rule, org, key, stretch, seq, count() AS events, min(us) AS first_us, max(us) AS last_us,
      groupArraySorted(${ALARM_EVENTS})((us, seq, row)) AS positions,
      sumMapIf([source], [toUInt64(1)], source != ('', 0)) AS source_counts, ${top('source_counts')} AS sources,
      sumMapIf([target], [toUInt64(1)], target != ('', '')) AS target_counts, ${top('target_counts')} AS destinations,
      arraySort(groupUniqArray(sensor)) AS formats
    FROM (${matched})
    GROUP BY rule, org, key, stretch, seq
    ORDER BY rule, org, seq, stretch, key
    LIMIT ${MOST_OF_RULE_AND_BATCH} BY rule, seq`;
}

/** Which of the rules match which events of a slice. */
export async function findRuleMatches(
  store: EventStore,
  slice: BatchSlice,
  sought: SoughtRules,
  options: QueryOptions = DETECTION,
): Promise<MatchRow[]> {
  const { sql, parameters } = sliceCondition(slice);
  const [first] = await store.query<{ numbers: number[] }>(sought.candidates(sql), parameters, options);
  const numbers = first?.numbers ?? [];
  if (numbers.length === 0) return [];
  return store.query<MatchRow>(matchesSql(sought, sql, numbers), parameters, options);
}

/** A slice without events. */
export const NO_EVENTS: BatchSlice = { after: 0, last: 0, organizationIds: [0] };

/** Looks for rules in no events at all. Fails where the engine refuses what they are compiled to. */
export async function tryRuleMatches(
  store: EventStore,
  sought: SoughtRules,
  options: QueryOptions = DETECTION,
): Promise<void> {
  const { sql, parameters } = sliceCondition(NO_EVENTS);
  await store.query(sought.candidates(sql), parameters, options);
  await store.query(matchesSql(sought, sql, [...sought.mutesMs.keys()]), parameters, options);
}

function matchesSql(sought: SoughtRules, where: string, numbers: readonly number[]): string {
  return summarySql(`SELECT ${EVIDENCE_COLUMNS}, arrayJoin(matched) AS rule, ${keySql(sought.keys)} AS key,
      intDiv(us, ${muteUsSql(sought.mutesMs)}) AS stretch
    FROM (${sought.matched(where, numbers)})`);
}

/** Whether the events of a slice can be read, with all their columns: then a rule that cannot be looked for in them is at fault. */
export async function canBeRead(store: EventStore, slice: BatchSlice): Promise<boolean> {
  const { sql, parameters } = sliceCondition(slice);
  try {
    await store.query(`SELECT sum(ignore(*)) AS ignored FROM events WHERE ${sql}`, parameters, DETECTION);
    return true;
  } catch {
    return false;
  }
}

/** Names of the conditions, given with them, that some event of a slice meets. */
export async function presentIn(
  store: EventStore,
  slice: BatchSlice,
  conditions: readonly (readonly [name: string, condition: string])[],
  options: QueryOptions = DETECTION,
): Promise<string[]> {
  const { sql, parameters } = sliceCondition(slice);
  const columns = conditions.map(([, condition], index) => `max(${condition}) AS present${index}`);
  const [row] = await store.query<Record<string, number>>(
    `SELECT ${columns.join(', ')} FROM events WHERE ${sql}`,
    parameters,
    options,
  );
  return conditions.flatMap(([name], index) => (row?.[`present${index}`] === 1 ? [name] : []));
}

/** A rule may name thousands of values. */
const LARGE_STATEMENTS: Settings = { max_ast_elements: 500_000, max_expanded_ast_elements: 500_000 };

/** Pages go first, and two hundred rules may take longer than one. */
export const DETECTION: QueryOptions = {
  priority: 'bulk',
  settings: { max_execution_time: 300, ...LARGE_STATEMENTS },
};

/** Parts of a statement that failed get less time: other rules wait meanwhile. */
export const DETECTION_RETRY: QueryOptions = {
  priority: 'bulk',
  settings: { max_execution_time: 60, ...LARGE_STATEMENTS },
};

export function sliceCondition({ organizationIds, after, last, span }: BatchSlice): Condition {
  const conditions = new Conditions('d');
  const instant = (us: number) => `fromUnixTimestamp64Micro(${conditions.bind('Int64', us)}, 'UTC')`;
  conditions.add(organizationsSql(conditions, organizationIds));
  conditions.add(`seq > ${conditions.bind('UInt64', after)} AND seq <= ${conditions.bind('UInt64', last)}`);
  if (span !== undefined) conditions.add(`time >= ${instant(span.fromUs)} AND time < ${instant(span.toUs)}`);
  return conditions.build();
}

function keySql(keys: SoughtRules['keys']): string {
  const own = [...keys].map(([number, key]) => `rule = ${number}, ${key}`);
  return own.length === 0 ? CLIENT_KEY : `multiIf(${[...own, CLIENT_KEY].join(', ')})`;
}

function muteUsSql(mutesMs: SoughtRules['mutesMs']): string {
  const lengthsUs = [...mutesMs.values()].map((ms) => ms * 1000);
  const [first = 1, ...others] = new Set(lengthsUs);
  if (others.length === 0) return String(first);
  return `transform(rule, [${[...mutesMs.keys()].join(', ')}], [${lengthsUs.join(', ')}], ${first})`;
}
