import { sqlText } from '../../kit/sql-literals.ts';

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
