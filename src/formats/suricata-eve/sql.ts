import { sqlList, sqlText } from '../sql/literals.ts';

/** SQL for the number of a name, whatever its case; a number as text stands for itself, anything else is NULL. */
export function numberOf(sql: string, numbers: Readonly<Record<string, number>>, type: 'UInt8' | 'UInt16'): string {
  const names = sqlList(Object.keys(numbers).map((name) => name.toUpperCase()));
  const values = `${sqlList(Object.values(numbers))}::Array(Int32)`;
  const named = `nullIf(transform(upper(${sql}), ${names}, ${values}, -1::Int32), -1)`;
  return `coalesce(${named}, to${type}OrNull(${sql}))`;
}

/** SQL for the first of these texts that is not empty. */
export function firstOf(...texts: readonly string[]): string {
  return `arrayFirst(x -> x != '', [${texts.join(', ')}])`;
}

/**
 * SQL with `e.http.url` written as calls of tupleElement, for the values named `e` and `x`. Both mean the same, but the
 * engine takes half a millisecond to look up each dotted name, and does so for every batch.
 */
export function dotsSpelledOut(sql: string): string {
  return sql.replaceAll(/\b(e|x)((?:\.\w+)+)/g, (_, value: string, path: string) =>
    path
      .split('.')
      .slice(1)
      .reduce(
        (tuple, element) => `tupleElement(${tuple}, ${/^\d+$/.test(element) ? element : sqlText(element)})`,
        value,
      ),
  );
}
