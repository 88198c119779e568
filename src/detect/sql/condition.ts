import type { Column, LogSourceMapping } from '../log-sources/mapping.ts';
import type { Expression, FieldName, Predicate } from '../rule.ts';
import { predicateSql } from './predicate.ts';
import type { Naming } from './prepared.ts';

/** SQL for what must hold of an event: 0 or 1. All fields must be known: see `unknownFields`. */
export function conditionSql(expression: Expression, mapping: LogSourceMapping, prepared: Naming): string {
  switch (expression.type) {
    case 'and':
      return joined(expression.of, ' AND ', '1', mapping, prepared);
    case 'or':
      return joined(expression.of, ' OR ', '0', mapping, prepared);
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

function joined(
  of: readonly Expression[],
  operator: string,
  none: string,
  mapping: LogSourceMapping,
  prepared: Naming,
): string {
  if (of.length === 0) return none;
  return of.map((part) => `(${conditionSql(part, mapping, prepared)})`).join(operator);
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
