import { sqlText } from '../../kit/sql-literals.ts';
import type { Column } from '../log-sources/mapping.ts';
import { type AddressRange, ipv6Text, MAPPED_IPV4, parseNetwork } from '../networks.ts';
import type { Comparison, Pattern, Position, Predicate } from '../rule.ts';
import { INLINE, type Naming } from './prepared.ts';
import { type Case, caseOf, simplePattern, textTest } from './text-test.ts';

const SIGNS: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=' };

/** Finds the column of a field that the log source is known to have. */
export type ColumnOf = (field: string) => Column;

/** SQL for a predicate about a column: 0 or 1, never NULL, and never an error whatever the event holds. */
export function predicateSql(predicate: Predicate, column: Column, columnOf: ColumnOf, prepared: Naming): string {
  switch (column.type) {
    case 'number':
      return numberSql(predicate, column.sql, columnOf, prepared);
    case 'list':
      return listSql(predicate, column.sql, columnOf, prepared);
    case 'text': {
      const first = textSql(predicate, (inCase) => inCaseOf(column, inCase, prepared), columnOf, prepared);
      if (column.tail === undefined || !looksAtStart(predicate)) return first;
      const { tail } = column;
      return `(${first} OR ${textSql(predicate, (inCase) => lowered(tail, inCase, prepared), columnOf, prepared)})`;
    }
  }
}

/** SQL for each text that a column may be read as, where what is sought may be at the start of one. */
export function readingsOf(
  column: Column & { type: 'text' },
  inCase: Case,
  isAtStart: boolean,
  prepared: Naming,
): string[] {
  const whole = inCaseOf(column, inCase, prepared);
  return column.tail === undefined || !isAtStart ? [whole] : [whole, lowered(column.tail, inCase, prepared)];
}

function inCaseOf(column: Column & { type: 'text' }, inCase: Case, prepared: Naming): string {
  return column.isLower === true && inCase === 'lower'
    ? prepared.name(column.sql)
    : lowered(column.sql, inCase, prepared);
}

function lowered(sql: string, inCase: Case, prepared: Naming): string {
  return prepared.name(inCase === 'exact' ? sql : `${inCase}(${sql})`);
}

/** Whether it can be true of an end of a text and not of the whole. */
function looksAtStart(predicate: Predicate): boolean {
  if (predicate.type === 'regex' || predicate.type === 'reference') return true;
  const [first] = predicate.type === 'text' ? predicate.pattern : [{ wildcard: '*' }];
  return typeof first !== 'object' || first.wildcard === '?';
}

type ValueIn = (inCase: Case) => string;

function textSql(predicate: Predicate, value: ValueIn, columnOf: ColumnOf, prepared: Naming): string {
  const exact = () => value('exact');
  switch (predicate.type) {
    case 'text': {
      const inCase = caseOf(predicate.pattern, predicate.cased);
      return textTest(value(inCase), predicate.pattern, inCase);
    }
    case 'number':
      return `${exact()} = ${sqlText(predicate.text)}`;
    case 'regex':
      return `(notEmpty(${exact()}) AND match(${exact()}, ${sqlText(regexSource(predicate.source, predicate.flags))}))`;
    case 'compare':
      return `ifNull(${prepared.name(`toFloat64OrNull(${exact()})`)} ${SIGNS[predicate.comparison]} ${predicate.value}, 0)`;
    case 'cidr':
      return cidrSql(prepared.name(`toIPv6OrNull(${exact()})`), predicate.network);
    case 'exists':
      return `${predicate.exists ? 'notEmpty' : 'empty'}(${exact()})`;
    case 'null':
      return `empty(${exact()})`;
    case 'reference': {
      const other = lowered(
        textOfColumn(columnOf(predicate.other.name)),
        predicate.cased ? 'exact' : 'lowerUTF8',
        prepared,
      );
      return referenceSql(value(predicate.cased ? 'exact' : 'lowerUTF8'), other, predicate.position);
    }
  }
}

/** The engine lets a dot match line ends unless told otherwise. */
function regexSource(source: string, flags: string): string {
  const off = flags.includes('s') || !source.includes('.') ? '' : '-s';
  return flags + off === '' ? source : `(?${flags}${off})${source}`;
}

function cidrSql(address: string, network: string): string {
  const range = parseNetwork(network);
  if (range === undefined) return '0';
  const inside = `ifNull(${address} BETWEEN ${addressSql(range)}, 0)`;
  // A network of IPv6 holds no IPv4 addresses, though they have a place among its numbers.
  const holdsIpv4 = range.first < MAPPED_IPV4.first && range.last > MAPPED_IPV4.last;
  return holdsIpv4 ? `(${inside} AND NOT ifNull(${address} BETWEEN ${addressSql(MAPPED_IPV4)}, 0))` : inside;
}

function addressSql({ first, last }: AddressRange): string {
  return `toIPv6('${ipv6Text(first)}') AND toIPv6('${ipv6Text(last)}')`;
}

function referenceSql(value: string, other: string, position: Position): string {
  const tests: Readonly<Record<Position, string>> = {
    equals: `${value} = ${other}`,
    startswith: `startsWith(${value}, ${other})`,
    endswith: `endsWith(${value}, ${other})`,
    contains: `position(${value}, ${other}) > 0`,
  };
  return `(notEmpty(${value}) AND notEmpty(${other}) AND ${tests[position]})`;
}

/** SQL for a column as one text, '' where it is absent. */
export function textOfColumn(column: Column): string {
  if (column.type === 'number') return numberText(column.sql);
  return column.type === 'list' ? `arrayStringConcat(${column.sql}, ',')` : column.sql;
}

/** `toString` of a Nullable column is one too. */
function numberText(sql: string): string {
  return `ifNull(toString(${sql}), '')`;
}

function numberSql(predicate: Predicate, sql: string, columnOf: ColumnOf, prepared: Naming): string {
  if (predicate.type === 'compare') return `ifNull(${sql} ${SIGNS[predicate.comparison]} ${predicate.value}, 0)`;
  const wanted = wholeNumber(predicate);
  if (wanted !== undefined) return `ifNull(${sql} = ${wanted}, 0)`;
  return textSql(predicate, (inCase) => lowered(numberText(sql), inCase, prepared), columnOf, prepared);
}

/** The number that a predicate asks for, where it is one of the columns' type as columns spell it. */
export function wholeNumber(predicate: Predicate): string | undefined {
  const text = predicate.type === 'number' ? predicate.text : plainNumber(predicate);
  return text !== undefined && /^(?:0|[1-9]\d{0,17})$/.test(text) ? text : undefined;
}

function plainNumber(predicate: Predicate): string | undefined {
  if (predicate.type !== 'text') return undefined;
  const simple = simplePattern(predicate.pattern);
  return simple === undefined || simple.opensFree || simple.endsFree ? undefined : simple.text;
}

function listSql(predicate: Predicate, sql: string, columnOf: ColumnOf, prepared: Naming): string {
  const values = prepared.name(sql);
  if (predicate.type === 'null' || isEmptyText(predicate)) return `empty(${values})`;
  if (predicate.type === 'exists') return `${predicate.exists ? 'notEmpty' : 'empty'}(${values})`;
  const value: ValueIn = (inCase) => (inCase === 'exact' ? 'v' : `${inCase}(v)`);
  const outside: ColumnOf = (field) => ({ type: 'text', sql: prepared.name(textOfColumn(columnOf(field))) });
  return `arrayExists(v -> ${textSql(predicate, value, outside, INLINE)}, ${values})`;
}

function isEmptyText(predicate: Predicate): boolean {
  const pattern: Pattern | undefined = predicate.type === 'text' ? predicate.pattern : undefined;
  return pattern?.length === 0;
}
