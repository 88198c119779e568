import type { Column, LogSourceMapping } from '../log-sources/mapping.ts';
import type { Expression, Pattern } from '../rule.ts';
import { columnOf } from './condition.ts';
import { isAscii, quoteRegex } from './text-test.ts';

/**
 * Texts of which an event must hold at least one, or the rule cannot match it. Looking for the anchors of many rules at once
 * is one pass over a column; the rules' conditions then look at the few events that hold some.
 */
export interface Anchor {
  readonly literals: readonly AnchorLiteral[];
  /** The higher, the fewer events hold one. */
  readonly strength: number;
}

export interface AnchorLiteral {
  /** SQL of a text in lower case. */
  readonly value: string;
  /** A regular expression for the engine's multi-pattern search. */
  readonly pattern: string;
}

/** A literal of fewer characters is in too many events to be worth looking for. */
const LEAST_STRENGTH = 4;

/** The engine's multi-pattern search takes seconds to prepare for more; the condition itself is quicker then. */
const MOST_LITERALS = 1000;

/** Texts that long literals are often made of without telling much; they count as this much shorter. */
const COMMON =
  /^(?:https?(?::\/\/)?|www\.|\.com|\.net|\.exe|\.dll|mozilla\/5\.0.{0,20}|\\?windows\\?|c:\\.{0,8}|system32|program files)$/;
const COMMON_COSTS = 8;

/** Undefined where the condition can be true of an event whatever texts it holds. */
export function anchorOf(expression: Expression, mapping: LogSourceMapping): Anchor | undefined {
  switch (expression.type) {
    case 'and':
      return strongest(expression.of.map((part) => anchorOf(part, mapping)));
    case 'or':
    case 'atLeast':
      return together(expression.of.map((part) => anchorOf(part, mapping)));
    case 'text':
      return ofText(expression.pattern, columnOf(expression, mapping));
    case 'number':
      return ofText([expression.text], columnOf(expression, mapping));
    default:
      return undefined;
  }
}

function strongest(anchors: readonly (Anchor | undefined)[]): Anchor | undefined {
  return anchors.reduce((best, anchor) => ((anchor?.strength ?? 0) > (best?.strength ?? 0) ? anchor : best), undefined);
}

function together(anchors: readonly (Anchor | undefined)[]): Anchor | undefined {
  const all = anchors.filter((anchor) => anchor !== undefined);
  if (all.length === 0 || all.length < anchors.length) return undefined;
  const literals = all.flatMap((anchor) => anchor.literals);
  if (literals.length > MOST_LITERALS) return undefined;
  return {
    literals,
    strength: Math.min(...all.map(({ strength }) => strength)),
  };
}

function ofText(pattern: Pattern, column: Column): Anchor | undefined {
  const found = longestLiteral(pattern);
  if (found === undefined || column.type === 'number') return undefined;
  const strength = found.text.length - (COMMON.test(found.text) ? COMMON_COSTS : 0);
  if (strength < LEAST_STRENGTH) return undefined;
  // Where the field has several readings or values, the text may stand anywhere in what they are looked for in.
  const isWhole = column.type === 'text' && column.tail === undefined;
  const start = isWhole && found.atStart ? '^' : '';
  const end = isWhole && found.atEnd ? '$' : '';
  return { literals: [{ value: searched(column), pattern: `${start}${quoteRegex(found.text)}${end}` }], strength };
}

function searched(column: Exclude<Column, { type: 'number' }>): string {
  if (column.type === 'list') return `lower(arrayStringConcat(${column.sql}, '\\n'))`;
  return column.isLower === true ? column.sql : `lower(${column.sql})`;
}

interface Literal {
  readonly text: string;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** The longest run of ASCII in a pattern, in lower case. What case other letters have is left to the condition. */
function longestLiteral(pattern: Pattern): Literal | undefined {
  const literals = pattern.flatMap((part, index): Literal[] => {
    if (typeof part !== 'string') return [];
    if (isAscii(part)) {
      return [{ text: part.toLowerCase(), atStart: index === 0, atEnd: index === pattern.length - 1 }];
    }
    const runs = part.match(/\p{ASCII}+/gu) ?? [];
    return runs.map((run) => ({ text: run.toLowerCase(), atStart: false, atEnd: false }));
  });
  return literals.toSorted((a, b) => b.text.length - a.text.length)[0];
}
