import type { LogSourceMapping } from '../log-sources/mapping.ts';
import { textOfColumn } from './predicate.ts';

/** SQL for each of the fields as a text over columns of `events`, '' where absent. */
export function fieldTexts(fields: readonly string[], mapping: LogSourceMapping): string[] {
  return fields.map((field) => {
    const column = mapping.column(field);
    if (column === undefined) throw new Error(`the field ${field} has no column: check logSourceOf first`);
    return textOfColumn(column);
  });
}

/** SQL for one text: the values in the order given, `|` between them. */
export function keySql(texts: readonly string[]): string {
  return texts.length === 0 ? "''" : `concat(${texts.join(", '|', ")}, '')`;
}
