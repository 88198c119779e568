import { mappingOfRule } from '../log-source-of.ts';
import { SCANS } from '../log-sources/mapping.ts';
import { fieldOfPart, type ResolvedCorrelation } from '../resolve-correlations.ts';
import type { Comparison } from '../rule.ts';
import { ruleSql } from './group.ts';
import { fieldTexts, keySql } from './key.ts';
import { INLINE } from './prepared.ts';

const SIGNS: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=' };

/** A correlation as a statement. */
export interface CompiledCorrelation {
  /** How far before an event others count that it completes, in milliseconds. */
  readonly timespanMs: number;
  /**
   * SELECT for every event that completes the correlation: with those of its group within the time span before it, the condition holds.
   * All columns of `events`, and `key String`, the values of the group's fields ('' where the rule has no `group-by`).
   *
   * @param where SQL over columns of `events`: which events to look at. It must reach back a time span before the first event
   * of interest, and may not leave out some events of that stretch, or there will be too few to count
   */
  completed(where: string): string;
}

/**
 * Compiles a correlation. The window slides: it ends at each event in turn. Events without a value in one of the fields to
 * group by are in no group.
 */
export function compileCorrelation(correlation: ResolvedCorrelation): CompiledCorrelation {
  const { rule } = correlation;
  const spanUs = rule.timespanMs * 1000;
  const window = `(PARTITION BY org, key ORDER BY window_us RANGE BETWEEN ${spanUs} PRECEDING AND CURRENT ROW)`;
  const held = heldSql(correlation, window);
  return {
    timespanMs: rule.timespanMs,
    completed: (where) => `SELECT * EXCEPT (part, value, window_us, held) FROM (
SELECT *, ${held} AS held FROM (${partsSql(correlation, where)}))
WHERE held
ORDER BY org, time, seq, row
LIMIT 1 BY org, key, time, seq, row`,
  };
}

/** Matches of all parts, an event once for each part that it matches. */
function partsSql(correlation: ResolvedCorrelation, where: string): string {
  const { rule } = correlation;
  const selects = correlation.parts.map((part, index) => {
    const mapping = mappingOfRule(part.rule);
    const named = (names: readonly string[]) =>
      fieldTexts(
        names.map((name) => fieldOfPart(rule, part, name)),
        mapping,
      );
    const group = named(rule.groupBy);
    const present = group.map((text) => ` AND notEmpty(${text})`).join('');
    return `SELECT *, ${keySql(group)} AS key, ${keySql(named(rule.valueFields))} AS value, ${index + 1} AS part,
  toUnixTimestamp64Micro(time) AS window_us
FROM events WHERE (${SCANS[mapping.scan]}) AND (${where}) AND (${ruleSql(part.rule, INLINE)})${present}`;
  });
  return selects.join('\nUNION ALL\n');
}

function heldSql({ rule, parts }: ResolvedCorrelation, window: string): string {
  const counted = `${SIGNS[rule.comparison]} ${rule.count}`;
  switch (rule.correlation) {
    case 'event_count':
      return `uniqExact((seq, row)) OVER ${window} ${counted}`;
    case 'value_count':
      return `uniqExactIf(value, value != '') OVER ${window} ${counted}`;
    case 'temporal':
      return `uniqExact(part) OVER ${window} ${counted}`;
    case 'temporal_ordered': {
      // The parts in the order of time, a letter each, must end in the last one and hold the others in order before it.
      const letters = `arrayStringConcat(arrayMap(p -> char(64 + p.2), arraySort(groupArray((window_us, part)) OVER ${window})))`;
      const order = parts.map((_, index) => String.fromCharCode(65 + index)).join('.*');
      return `match(${letters}, '${order}')`;
    }
  }
}
