import { type EventKind, TRAFFIC_KINDS } from '../../model/event.ts';
import type { EventFilter, TimeRange } from '../../model/query.ts';
import { FACETS, type Facet } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { keyedEvents } from './facet-keys.ts';
import { filterSql } from './filter.ts';

/** What traffic is asked about, of one organization. */
export interface TrafficQuestion {
  readonly organizationId: number;
  readonly range: TimeRange;
  readonly filter: EventFilter;
  /** False reads events alone. The answer is the same, only slower: for tests, and for buckets that cut hours. */
  readonly useRollup?: boolean;
}

const HOUR_MS = 3_600_000;

/** Half open, in milliseconds. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A table to select from, in parentheses. */
export interface TrafficSource extends Condition {
  /** False when every row comes from events. */
  readonly usesRollup: boolean;
}

/**
 * SQL of a table (facet, key, second, web, named, verdict, hits, bytes_in, bytes_out) of everything the events of a
 * question count under: for whole hours from the rollup, for the rest of the range from events. Rows may repeat: sum
 * `hits` and bytes, count distinct keys, never count rows. `second` is when the row's events happened, cut to the hour or
 * finer; `web` tells web requests, `named` those whose destination is a name (dns and web).
 */
export function trafficSource(question: TrafficQuestion, facets: readonly Facet[]): TrafficSource {
  if (matchesNothing(question.filter)) return { usesRollup: true, sql: NO_ROWS, parameters: {} };
  const span = { start: question.range.fromMs, end: question.range.toMs + 1 };
  const hours = question.useRollup === false ? null : wholeHours(span);
  const rollup = hours === null ? null : rollupRows(question, facets, hours);
  const edges = rollup === null || hours === null ? [span] : edgesAround(span, hours);
  const parts = rollup === null ? [] : [rollup];
  if (edges.length > 0) parts.push(eventRows(question, facets, edges));
  return {
    usesRollup: rollup !== null,
    sql: `(${parts.map((part) => part.sql).join(' UNION ALL ')})`,
    parameters: Object.assign({}, ...parts.map((part) => part.parameters)),
  };
}

/** Empty lists are answered here: folding their conditions, the engine trips over some of the statements around them. */
function matchesNothing({ exists, withoutDomains, ...alternatives }: EventFilter): boolean {
  return Object.values(alternatives).some((values) => Array.isArray(values) && values.length === 0);
}

const NO_ROWS = `(SELECT facet, key, 0::Int64 AS second, false AS web, false AS named, verdict, requests AS hits, bytes_in,
  bytes_out FROM facets_hourly LIMIT 0)`;

/** The whole hours in a span; null where it holds none. */
function wholeHours(span: Span): Span | null {
  const start = Math.ceil(span.start / HOUR_MS) * HOUR_MS;
  const end = Math.floor(span.end / HOUR_MS) * HOUR_MS;
  return start < end ? { start, end } : null;
}

function edgesAround(span: Span, inner: Span): Span[] {
  return [
    { start: span.start, end: inner.start },
    { start: inner.end, end: span.end },
  ].filter((edge) => edge.start < edge.end);
}

/** Rows of the rollup, or null where it cannot answer exactly. */
function rollupRows(question: TrafficQuestion, facets: readonly Facet[], hours: Span): Condition | null {
  const { kinds = TRAFFIC_KINDS, verdicts, ...restrictions } = question.filter;
  if (!kinds.every((kind) => ROLLUP_KINDS.has(kind))) return null;
  const conditions = new Conditions('r');
  const restricted = Object.values(restrictions).some((value) => value !== undefined);
  const stored = restricted ? standIn(conditions, kinds, restrictions, facets) : facets;
  if (stored === null) return null;
  conditions.add(`org = ${conditions.bind('UInt32', question.organizationId)}`);
  conditions.add(
    `facets_hourly.facet IN ${conditions.bind(
      'Array(UInt8)',
      stored.map((facet) => FACETS[facet]),
    )}`,
  );
  conditions.add(`kind IN ${conditions.bind('Array(String)', kinds)}`);
  conditions.add(`hour >= toDateTime(${conditions.bind('Int64', hours.start / 1000)}, 'UTC')`);
  conditions.add(`hour < toDateTime(${conditions.bind('Int64', hours.end / 1000)}, 'UTC')`);
  if (verdicts !== undefined) conditions.add(`verdict IN ${conditions.bind('Array(String)', verdicts)}`);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT ${restricted ? COUNTED : 'facet, key'}, toInt64(toUnixTimestamp(hour)) AS second,
      kind = 'web' AS web, kind IN ('dns', 'web') AS named, verdict, requests AS hits, bytes_in, bytes_out
      FROM facets_hourly WHERE ${sql}`,
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
  conditions.add(`facets_hourly.key = ${key}`);
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
  conditions.add(`org = ${conditions.bind('UInt32', question.organizationId)}`);
  conditions.add(spans.map((span) => `time >= ${instant(span.start)} AND time < ${instant(span.end)}`).join(' OR '));
  conditions.add(filter.sql);
  conditions.add(events.when);
  const { sql, parameters } = conditions.build();
  return {
    sql: `SELECT ${events.facet} AS facet, ${events.key} AS key, toInt64(toUnixTimestamp(time)) AS second,
      kind = 'web' AS web, kind IN ('dns', 'web') AS named, verdict, 1::UInt64 AS hits,
      ifNull(events.bytes_in, 0) AS bytes_in, ifNull(events.bytes_out, 0) AS bytes_out
      FROM events ${events.join} WHERE ${sql}`,
    parameters: { ...parameters, ...filter.parameters },
  };
}
