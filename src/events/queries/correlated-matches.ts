import { DAY_MS } from '../../kit/durations.ts';
import type { EventStore } from '../client.ts';
import {
  type BatchSlice,
  DETECTION,
  EVIDENCE_COLUMNS,
  type MatchRow,
  sliceCondition,
  summarySql,
} from './rule-matches.ts';

/** Events that a correlation is about. */
export interface CorrelatedPart {
  /** SELECT of whole events that belong to the part. */
  matched(where: string): string;
  /** Column expression, String: what is equal in events that belong together, '' for none. All belong together where absent. */
  readonly key?: string | undefined;
  /** Column expression, String: the value that is counted, '' for none. Absent where events are counted. */
  readonly value?: string | undefined;
}

export interface SoughtCorrelation {
  /** In the order that they must come in, where there is one. */
  readonly parts: readonly CorrelatedPart[];
  /** What is compared with `count`: events, different values, or how many of the parts there are. */
  readonly counts: 'events' | 'values' | 'parts' | 'parts in order';
  /** SQL operator. */
  readonly operator: '>' | '>=' | '<' | '<=' | '=';
  readonly count: number;
  readonly spanMs: number;
  readonly muteMs: number;
}

/** A stretch of event time in an organization, in microseconds, the end exclusive. */
export interface Stretch {
  readonly org: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * What a correlation makes of the events in stretches that `touchedStretches` found for it: new events together with older
 * ones around them. An alarm is looked at as a whole: its rows of every batch are answered, as they stand now.
 */
export async function findCorrelatedMatches(
  store: EventStore,
  slice: BatchSlice,
  { sought, stretches }: { readonly sought: SoughtCorrelation; readonly stretches: readonly Stretch[] },
): Promise<MatchRow[]> {
  const found: MatchRow[] = [];
  for (const stretch of stretches) found.push(...(await findIn(store, slice, sought, stretch)));
  return found;
}

/** What is looked at in one statement, unless one alarm alone may be longer. */
const LONGEST_US = 8 * DAY_MS * 1000;

/** More would make the statement long. */
const CORRELATIONS_AT_ONCE = 50;

/**
 * For each correlation, where the events of the slice may change its alarms: whole stretches that are one alarm each, those
 * next to each other taken together.
 */
export async function touchedStretches(
  store: EventStore,
  slice: BatchSlice,
  sought: readonly SoughtCorrelation[],
): Promise<Stretch[][]> {
  const { sql, parameters } = sliceCondition(slice);
  const found: Stretch[][] = sought.map(() => []);
  for (let at = 0; at < sought.length; at += CORRELATIONS_AT_ONCE) {
    const some = sought.slice(at, at + CORRELATIONS_AT_ONCE);
    const statements = some.map((one, index) => touchedSql(one, at + index, sql));
    const rows = await store.query<{ number: number; org: number; nth: number }>(
      `SELECT * FROM (${statements.join(' UNION ALL ')}) ORDER BY number, org, nth`,
      parameters,
      DETECTION,
    );
    for (const { number, org, nth } of rows) {
      const muteUs = (sought[number]?.muteMs ?? 0) * 1000;
      append(found[number] ?? [], { org, fromUs: nth * muteUs, toUs: (nth + 1) * muteUs });
    }
  }
  return found;
}

/** Which stretches, counted from 1970: that of each event, and of what it may complete within the span. */
function touchedSql(sought: SoughtCorrelation, number: number, where: string): string {
  const [spanUs, muteUs] = [sought.spanMs * 1000, sought.muteMs * 1000];
  const nths = `range(toUInt64(intDiv(us, ${muteUs})), toUInt64(intDiv(us + ${spanUs}, ${muteUs})) + 1)`;
  return `SELECT ${number} AS number, org, arrayJoin(${nths}) AS nth FROM (${eventsSql(sought, where)}) GROUP BY org, nth`;
}

function append(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  const follows = last?.org === next.org && last.toUs === next.fromUs;
  if (last !== undefined && follows && next.toUs - last.fromUs <= LONGEST_US) {
    stretches[stretches.length - 1] = { ...last, toUs: next.toUs };
  } else stretches.push(next);
}

/**
 * Before the stretch, events are read for twice the span: in the first half of that it may not be known whether the
 * correlation held, in the second it is, and so it is known which alarm each event belongs to.
 */
function findIn(
  store: EventStore,
  slice: BatchSlice,
  sought: SoughtCorrelation,
  { org, fromUs, toUs }: Stretch,
): Promise<MatchRow[]> {
  const [spanUs, muteUs] = [sought.spanMs * 1000, sought.muteMs * 1000];
  const place = `org = {org:UInt32} AND seq <= {last:UInt64} AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
    AND time >= fromUnixTimestamp64Micro(greatest({from:Int64} - ${2 * spanUs}, 0), 'UTC')`;
  const touched = `SELECT key FROM (${eventsSql(sought, `${place} AND seq > {after:UInt64}`)})`;
  const events = `SELECT * FROM (${eventsSql(sought, place)}) WHERE key IN (${touched})`;
  const fired = `SELECT *, ${minimumAhead('if(fires, us, NULL)')} AS fired_us FROM (${firesSql(sought, events)})`;
  const matched = `SELECT *, 0 AS rule, intDiv(assumeNotNull(fired_us), ${muteUs}) AS stretch FROM (${fired})
    WHERE fired_us IS NOT NULL AND fired_us - us <= ${spanUs} AND fired_us >= {from:Int64}`;
  return store.query<MatchRow>(
    summarySql(matched),
    { org, from: fromUs, to: toUs, after: slice.after, last: slice.last },
    DETECTION,
  );
}

/** The least value of an expression among this event and later ones of its key. */
function minimumAhead(expression: string): string {
  return `min(${expression}) OVER (PARTITION BY key ORDER BY us DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/** The events of all parts, each with its part from 1, its key and its value. */
function eventsSql({ parts, counts }: SoughtCorrelation, where: string): string {
  return parts
    .map(({ matched, key, value }, index) => {
      const isTold = key === undefined ? '1' : "key != ''";
      const isCounted = counts === 'values' ? "value != ''" : '1';
      return `SELECT ${EVIDENCE_COLUMNS}, toUInt16(${index + 1}) AS part, ${key ?? "''"} AS key, ${value ?? "''"} AS value
        FROM (${matched(where)}) WHERE ${isTold} AND ${isCounted}`;
    })
    .join(' UNION ALL ');
}

/** The events with `fires`: whether the correlation holds in the span that ends with the event. */
function firesSql(sought: SoughtCorrelation, events: string): string {
  const spanUs = sought.spanMs * 1000;
  switch (sought.counts) {
    case 'events':
      return countSql(sought, `SELECT *, us + ${spanUs + 1} AS ends_us FROM (${events})`);
    case 'values':
      return countSql(sought, untilNext(events, 'value', spanUs));
    case 'parts':
      return countSql(sought, untilNext(events, 'part', spanUs));
    case 'parts in order':
      return chainSql(sought.parts.length, events, spanUs);
  }
}

/** An event stands for its value until the span is over or the next event takes over. */
function untilNext(events: string, value: string, spanUs: number): string {
  const next = `leadInFrame(toNullable(us)) OVER (PARTITION BY key, ${value} ORDER BY us, seq, row
    ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)`;
  return `SELECT *, least(us + ${spanUs + 1}, ifNull(${next}, us + ${spanUs + 1})) AS ends_us FROM (${events})`;
}

/**
 * How many events stand at a moment: a sum that goes up by one where one begins and down by one where it ends. It takes
 * one pass, however many events there are in a span.
 */
function countSql({ operator, count }: SoughtCorrelation, events: string): string {
  const steps = `SELECT *, arrayJoin([(us, 1), (ends_us, -1)]) AS step FROM (${events})`;
  const standing = `sum(step.2) OVER (PARTITION BY key ORDER BY step.1 RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  return `SELECT * EXCEPT (step, standing), standing ${operator} ${count} AS fires
    FROM (SELECT *, ${standing} AS standing FROM (${steps})) WHERE step.2 = 1`;
}

/** Of each part, the latest moment at which a chain of the parts before it may have begun. */
function chainSql(parts: number, events: string, spanUs: number): string {
  let chained = `SELECT *, if(part = 1, toNullable(us), NULL) AS begun_us FROM (${events})`;
  for (let part = 2; part <= parts; part += 1) {
    const before = `max(if(part = ${part - 1}, begun_us, NULL)) OVER (PARTITION BY key ORDER BY us
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
    chained = `SELECT * EXCEPT (before_us) REPLACE (if(part = ${part}, before_us, begun_us) AS begun_us)
      FROM (SELECT *, ${before} AS before_us FROM (${chained}))`;
  }
  return `SELECT *, part = ${parts} AND ifNull(us - begun_us <= ${spanUs}, 0) AS fires FROM (${chained})`;
}
