import { mappingOfRule } from '../log-source-of.ts';
import { SCANS, type Scan } from '../log-sources/mapping.ts';
import { fieldOfPart, type ResolvedCorrelation } from '../resolve-correlations.ts';
import { ruleSql } from './group.ts';
import { fieldTexts, keySql } from './key.ts';
import { INLINE } from './prepared.ts';

/** Events of one of the rules that a correlation is made of. */
export interface CorrelationPart {
  readonly scan: Scan;
  /** SELECT of whole events. @param where SQL over columns of `events`: which events to look at */
  matched(where: string): string;
  /** Column expression, String: the values of the fields to group by, '' where one of them is absent; undefined without any. */
  readonly key: string | undefined;
  /** Column expression, String: the value that is counted, '' where the event has none; undefined where events are counted. */
  readonly value: string | undefined;
}

/** In the order that the correlation names its rules. */
export function correlationParts(correlation: ResolvedCorrelation): CorrelationPart[] {
  const { rule, parts } = correlation;
  return parts.map((part) => {
    const mapping = mappingOfRule(part.rule);
    const textOf = (names: readonly string[]) => {
      const fields = names.map((name) => fieldOfPart(rule, part, name));
      return fields.length === 0 ? undefined : wholeKey(fieldTexts(fields, mapping));
    };
    return {
      scan: mapping.scan,
      matched: (where) =>
        `SELECT * FROM events WHERE (${SCANS[mapping.scan]}) AND (${where}) AND (${ruleSql(part.rule, INLINE)})`,
      key: textOf(rule.groupBy),
      value: textOf(rule.valueFields),
    };
  });
}

function wholeKey(texts: readonly string[]): string {
  const present = texts.map((text) => `notEmpty(${text})`);
  return texts.length === 1 ? (texts[0] ?? "''") : `if(${present.join(' AND ')}, ${keySql(texts)}, '')`;
}
