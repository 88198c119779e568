import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import type { Column } from '../log-sources/mapping.ts';
import type { Expression, Predicate } from '../rule.ts';
import { containsOneOf } from './contained-values.ts';
import { readingsOf, wholeNumber } from './predicate.ts';
import type { Naming } from './prepared.ts';
import { type Case, caseOf, simplePattern } from './text-test.ts';

type Kind = 'equals' | 'startsWith' | 'endsWith' | 'contains' | 'number';

/** Many values that one column is compared with in the same way; one of them is enough. */
export interface ValueList {
  readonly column: Column;
  readonly kind: Kind;
  readonly inCase: Case;
  /** In that case already. */
  readonly values: readonly string[];
}

/** Fewer values are tested one by one, which lets the engine stop at the first that holds. */
const LEAST_VALUES = 16;

/**
 * Splits alternatives into lists of values and the rest. The engine reads a list as one literal: a rule may name thousands of
 * values without its statement growing beyond what the engine accepts.
 */
export function splitValueLists(
  alternatives: readonly Expression[],
  columnOf: (predicate: Predicate) => Column,
): { readonly lists: readonly ValueList[]; readonly others: readonly Expression[] } {
  const flat = flatten(alternatives);
  const groups = new Map<string, { list: Omit<ValueList, 'values'>; values: string[]; parts: Expression[] }>();
  const others: Expression[] = [];
  for (const part of flat) {
    const value = listedValue(part, columnOf);
    if (value === undefined) {
      others.push(part);
      continue;
    }
    const { key, text, ...list } = value;
    const group = groups.get(key) ?? { list, values: [], parts: [] };
    groups.set(key, group);
    group.values.push(text);
    group.parts.push(part);
  }
  const isLong = ({ values }: { values: string[] }) => values.length >= LEAST_VALUES;
  return {
    lists: [...groups.values()].filter(isLong).map(({ list, values }) => ({ ...list, values: [...new Set(values)] })),
    others: [...others, ...[...groups.values()].flatMap((group) => (isLong(group) ? [] : group.parts))],
  };
}

function flatten(alternatives: readonly Expression[]): Expression[] {
  return alternatives.flatMap((part) => (part.type === 'or' ? flatten(part.of) : [part]));
}

type ListedValue = Omit<ValueList, 'values'> & { readonly key: string; readonly text: string };

/** What a list needs to know of a predicate; undefined where the predicate cannot be in a list. */
function listedValue(part: Expression, columnOf: (predicate: Predicate) => Column): ListedValue | undefined {
  if (part.type !== 'text' && part.type !== 'number') return undefined;
  const column = columnOf(part);
  const made = (kind: Kind, inCase: Case, text: string) => {
    const key = JSON.stringify([part.field?.name ?? null, kind, inCase]);
    return { column, kind, inCase, text, key };
  };
  if (column.type === 'number') {
    const number = wholeNumber(part);
    return number === undefined ? undefined : made('number', 'exact', number);
  }
  if (part.type === 'number') return made('equals', 'exact', part.text);
  const simple = simplePattern(part.pattern);
  if (simple === undefined || simple.text === '') return undefined;
  const inCase = caseOf(part.pattern, part.cased);
  const text = inCase === 'exact' ? simple.text : knownLowerCase(simple.text);
  return text === undefined ? undefined : made(kindOf(simple), inCase, text);
}

function kindOf({ opensFree, endsFree }: { opensFree: boolean; endsFree: boolean }): Kind {
  if (opensFree) return endsFree ? 'contains' : 'endsWith';
  return endsFree ? 'startsWith' : 'equals';
}

/** Lower case that the engine is known to agree on; for other letters the engine is asked, value by value. */
function knownLowerCase(text: string): string | undefined {
  const isKnown = [...text].every(
    (letter) => /[\p{ASCII}\u0400-\u04FF]/u.test(letter) || letter.toLowerCase() === letter.toUpperCase(),
  );
  return isKnown ? text.toLowerCase() : undefined;
}

/** SQL for whether the column holds one of the values: 0 or 1, never NULL. */
export function valueListSql({ column, kind, inCase, values }: ValueList, prepared: Naming): string {
  if (column.type === 'number') return `ifNull(${column.sql} IN (${values.join(', ')}), 0)`;
  if (column.type === 'list') {
    const value = inCase === 'exact' ? 'v' : `${inCase}(v)`;
    return `arrayExists(v -> ${textListSql(value, kind, values)}, ${prepared.name(column.sql)})`;
  }
  const looksAtStart = kind === 'equals' || kind === 'startsWith';
  return anyOf(readingsOf(column, inCase, looksAtStart, prepared).map((value) => textListSql(value, kind, values)));
}

/** Fewer are searched for at once; the engine takes at most 255. */
const LEAST_VALUES_BY_GRAM = 32;

function textListSql(value: string, kind: Kind, values: readonly string[]): string {
  switch (kind) {
    case 'contains':
      return values.length < LEAST_VALUES_BY_GRAM
        ? `multiSearchAny(${value}, ${sqlList(values)})`
        : containsOneOf(value, values);
    case 'startsWith':
      return anyOf(byLength(values).map(([length, some]) => `substring(${value}, 1, ${length}) IN ${sqlTuple(some)}`));
    case 'endsWith':
      return anyOf(byLength(values).map(([length, some]) => `right(${value}, ${length}) IN ${sqlTuple(some)}`));
    default:
      return `${value} IN ${sqlTuple(values)}`;
  }
}

/** The functions that cut texts count bytes. */
function byLength(values: readonly string[]): (readonly [length: number, values: string[]])[] {
  const lengths = new Map<number, string[]>();
  for (const value of values) {
    const length = Buffer.byteLength(value);
    const some = lengths.get(length) ?? [];
    lengths.set(length, some);
    some.push(value);
  }
  return [...lengths];
}

function sqlTuple(values: readonly string[]): string {
  return `(${values.map(sqlText).join(', ')})`;
}

function anyOf(tests: readonly string[]): string {
  return tests.length === 1 ? (tests[0] ?? '0') : `(${tests.join(' OR ')})`;
}
