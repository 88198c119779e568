import { DAY_MS, HOUR_MS } from '../../kit/durations.ts';
import { type EventKind, TRAFFIC_KINDS } from '../../model/event.ts';
import type { EventFilter, TimeRange } from '../../model/query.ts';
import { FACETS, type Facet } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { keyedEvents } from './facet-keys.ts';
import { filterSql } from './filter.ts';
import { organizationsSql } from './organizations-condition.ts';

/** What traffic is asked about, of one organization or of several together. */
export interface TrafficQuestion {
  /** Of none there is nothing. */
  readonly organizationIds: readonly number[];
  readonly range: TimeRange;
  readonly filter: EventFilter;
  /** False reads events alone. The answer is the same, only slower: for tests and measurements. */
  readonly useRollup?: boolean;
}

/** Half open, in milliseconds. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Rollup {
  readonly table: string;
  /** Start of the time that a row counts. */
  readonly column: string;
  readonly lengthMs: number;
  /** Keeps the values of its statement apart from others'. */
  readonly prefix: string;
}

/** Longest first. */
const ROLLUPS: readonly Rollup[] = [
  { table: 'facets_daily', column: 'day', lengthMs: DAY_MS, prefix: 'd' },
  { table: 'facets_hourly', column: 'hour', lengthMs: HOUR_MS, prefix: 'h' },
];

/** A table to select from, in parentheses. */
export interface TrafficSource extends Condition {
  /** False when every row comes from events. */
  readonly usesRollup: boolean;
}

/**
 * SQL of a table (org, facet, key, second, web, named, verdict, hits, bytes_in, bytes_out) of everything the events of a
 * question count under: for whole days and hours from the rollups, for the ragged rest of the range from events. Rows may
 * repeat: sum `hits` and bytes, count distinct keys, never count rows. `second` is when the row's events happened, cut to
 * the day, hour or finer; `web` tells web requests, `named` those whose destination is a name (dns and web).
 *
 * @param slotMs what `second` must tell apart: rollups of longer times, or times that do not fit into it, are not used
 */
export function trafficSource(question: TrafficQuestion, facets: readonly Facet[], slotMs = DAY_MS): TrafficSource {
  if (matchesNothing(question)) return { usesRollup: true, sql: NO_ROWS, parameters: {} };
  const parts: Condition[] = [];
  let rest: readonly Span[] = [{ start: question.range.fromMs, end: question.range.toMs + 1 }];
  for (const rollup of question.useRollup === false ? [] : ROLLUPS) {
    if (slotMs % rollup.lengthMs !== 0) continue;
    const { whole, edges } = cut(rest, rollup.lengthMs);
    const rows = whole.length === 0 ? null : rollupRows(question, facets, rollup, whole);
    if (rows === null) continue;
    parts.push(rows);
    rest = edges;
  }
  const usesRollup = parts.length > 0;
  if (rest.length > 0) parts.push(eventRows(question, facets, rest));
  return {
    usesRollup,
    sql: `(${parts.map((part) => part.sql).join(' UNION ALL ')})`,
    parameters: Object.assign({}, ...parts.map((part) => part.parameters)),
  };
}

/** Empty lists are answered here: folding their conditions, the engine trips over some of the statements around them. */
function matchesNothing({ organizationIds, filter }: TrafficQuestion): boolean {
  const { exists, withoutDomains, ...alternatives } = filter;
  if (organizationIds.length === 0) return true;
  return Object.values(alternatives).some((values) => Array.isArray(values) && values.length === 0);
}

const NO_ROWS = `(SELECT org, facet, key, 0::Int64 AS second, false AS web, false AS named, verdict, requests AS hits, bytes_in,
  bytes_out FROM facets_hourly LIMIT 0)`;

/** What of some spans are whole units of a length, and what remains at their edges. */
function cut(spans: readonly Span[], lengthMs: number): { whole: Span[]; edges: Span[] } {
  const whole: Span[] = [];
  const edges: Span[] = [];
  for (const span of spans) {
    const start = Math.ceil(span.start / lengthMs) * lengthMs;
    const end = Math.floor(span.end / lengthMs) * lengthMs;
    if (start >= end) edges.push(span);
    else {
      whole.push({ start, end });
      edges.push({ start: span.start, end: start }, { start: end, end: span.end });
    }
  }
  return { whole, edges: edges.filter((edge) => edge.start < edge.end) };
}

/** Rows of a rollup, or null where it cannot answer exactly. */
function rollupRows(
  question: TrafficQuestion,
  facets: readonly Facet[],
  { table, column, prefix }: Rollup,
  spans: readonly Span[],
): Condition | null {
  const { kinds = TRAFFIC_KINDS, verdicts, ...restrictions } = question.filter;
  if (!kinds.every((kind) => ROLLUP_KINDS.has(kind))) return null;
  const conditions = new Conditions(prefix);
  const restricted = Object.values(restrictions).some((value) => value !== undefined);
  const stored = restricted ? standIn(conditions, kinds, restrictions, facets) : facets;
  if (stored === null) return null;
  conditions.add(organizationsSql(conditions, question.organizationIds));
  conditions.add(
    `counted.facet IN ${conditions.bind(
      'Array(UInt8)',
      stored.map((facet) => FACETS[facet]),
    )}`,
  );
  conditions.add(`kind IN ${conditions.bind('Array(String)', kinds)}`);
  const instant = (ms: number) => `toDateTime(${conditions.bind('Int64', ms / 1000)}, 'UTC')`;
  const within = ({ start, end }: Span) => `${column} >= ${instant(start)} AND ${column} < ${instant(end)}`;
  conditions.add(spans.map(within).join(' OR '));
  if (verdicts !== undefined) conditions.add(`verdict IN ${conditions.bind('Array(String)', verdicts)}`);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT org, ${restricted ? COUNTED : 'facet, key'}, toInt64(toUnixTimestamp(${column})) AS second,
      kind = 'web' AS web, kind IN ('dns', 'web') AS named, verdict, requests AS hits, bytes_in, bytes_out
      FROM ${table} AS counted WHERE ${sql}`,
    parameters,
  };
}

const ROLLUP_KINDS: ReadonlySet<EventKind> = new Set(['dns', 'web', 'firewall', 'intrusion', 'ip']);

/** What a row of facet `all` is keyed by. */
const COUNTED = `${FACETS.all}::UInt8 AS facet, 0::UInt64 AS key`;

type Restrictions = Omit<EventFilter, 'kinds' | 'verdicts'>;

/** Filters that select exactly the events that count under one key of a facet. */
const STAND_INS: Readonly<Partial<Record<string, { readonly facet: Facet; readonly isText?: true }>>> = {
  categories: { facet: 'category' },
  policyCategories: { facet: 'policyCategory' },
  identityIds: { facet: 'identity' },
  applicationIds: { facet: 'application' },
  identityTypes: { facet: 'identityType', isText: true },
  domains: { facet: 'destination', isText: true },
};

/**
 * The rollup knows kind, verdict and time; of an event's other properties it knows each alone. So events that share one
 * property are counted by that property's own rows (these are added to `conditions`), and anything more is too much: null.
 */
function standIn(
  conditions: Conditions,
  kinds: readonly EventKind[],
  restrictions: Restrictions,
  facets: readonly Facet[],
): readonly Facet[] | null {
  const [first, ...more] = Object.entries(restrictions).filter(([, values]) => values !== undefined);
  if (first === undefined || more.length > 0 || !isCount(facets)) return null;
  const [member, values] = first;
  const found = STAND_INS[member];
  if (found === undefined || !Array.isArray(values) || values.length !== 1) return null;
  if (member === 'domains' && !isExactName(values[0], kinds)) return null;
  const key = found.isText
    ? `cityHash64(${conditions.bind('String', String(values[0]).toLowerCase())})`
    : conditions.bind('UInt64', values[0]);
  conditions.add(`counted.key = ${key}`);
  return [found.facet];
}

/** Whether the destination is the name: it is not in events of the network, nor where there is none or a pattern. */
function isExactName(name: string, kinds: readonly EventKind[]): boolean {
  return name !== '' && !name.includes('*') && kinds.every((kind) => kind === 'dns' || kind === 'web');
}

function isCount(facets: readonly Facet[]): boolean {
  return facets.length === 1 && facets[0] === 'all';
}

function eventRows(question: TrafficQuestion, facets: readonly Facet[], spans: readonly Span[]): Condition {
  const filter = filterSql(question.filter);
  const events = keyedEvents(facets);
  const conditions = new Conditions('e');
  const instant = (ms: number) => `fromUnixTimestamp64Milli(${conditions.bind('Int64', ms)}, 'UTC')`;
  conditions.add(organizationsSql(conditions, question.organizationIds));
  conditions.add(spans.map((span) => `time >= ${instant(span.start)} AND time < ${instant(span.end)}`).join(' OR '));
  conditions.add(filter.sql);
  conditions.add(events.when);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT org, ${events.facet} AS facet, ${events.key} AS key, toInt64(toUnixTimestamp(time)) AS second,
      kind = 'web' AS web, kind IN ('dns', 'web') AS named, verdict, 1::UInt64 AS hits,
      ifNull(events.bytes_in, 0) AS bytes_in, ifNull(events.bytes_out, 0) AS bytes_out
      FROM events ${events.join} WHERE ${sql}`,
    parameters: { ...parameters, ...filter.parameters },
  };
}
