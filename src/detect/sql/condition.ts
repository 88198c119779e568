import type { Column, LogSourceMapping } from '../log-sources/mapping.ts';
import type { Expression, FieldName, Predicate } from '../rule.ts';
import { predicateSql } from './predicate.ts';
import type { Naming } from './prepared.ts';
import { splitValueLists, valueListSql } from './value-list.ts';

/** SQL for what must hold of an event: 0 or 1. All fields must be known: see `unknownFields`. */
export function conditionSql(expression: Expression, mapping: LogSourceMapping, prepared: Naming): string {
  switch (expression.type) {
    case 'and':
      return allOf(expression.of, mapping, prepared);
    case 'or':
      return anyOf(expression.of, mapping, prepared);
    case 'not':
      return `NOT (${conditionSql(expression.of, mapping, prepared)})`;
    case 'atLeast': {
      const counts = expression.of.map((part) => `toUInt16(${conditionSql(part, mapping, prepared)})`);
      return `${counts.join(' + ')} >= ${expression.count}`;
    }
    default:
      return predicateSql(expression, columnOf(expression, mapping), (field) => known(field, mapping), prepared);
  }
}

function allOf(of: readonly Expression[], mapping: LogSourceMapping, prepared: Naming): string {
  if (of.length === 0) return '1';
  return of.map((part) => `(${conditionSql(part, mapping, prepared)})`).join(' AND ');
}

function anyOf(of: readonly Expression[], mapping: LogSourceMapping, prepared: Naming): string {
  const { lists, others } = splitValueLists(of, (predicate) => columnOf(predicate, mapping));
  const listed = lists.map((list) => valueListSql(list, prepared));
  const tests = [...listed, ...others.map((part) => `(${conditionSql(part, mapping, prepared)})`)];
  return tests.length === 0 ? '0' : tests.join(' OR ');
}

export function columnOf(predicate: Predicate, mapping: LogSourceMapping): Column {
  return predicate.field === undefined ? mapping.keywords : known(predicate.field.name, mapping);
}

function known(field: string, mapping: LogSourceMapping): Column {
  const column = mapping.column(field);
  if (column === undefined) throw new Error(`the field ${field} has no column: check unknownFields first`);
  return column;
}

/** Every field that an expression looks at, in the order written. */
export function fieldsOf(expression: Expression): FieldName[] {
  switch (expression.type) {
    case 'and':
    case 'or':
    case 'atLeast':
      return expression.of.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(expression.of);
    case 'reference':
      return [...(expression.field === undefined ? [] : [expression.field]), expression.other];
    default:
      return expression.field === undefined ? [] : [expression.field];
  }
}
