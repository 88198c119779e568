import { type HeaderContext, NOWHERE } from './split.ts';
import { knownColumns, namesOf, normalName, type Table } from './tables.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\d/;

/**
 * Column names, where the first row is a header: its first field is neither a time nor a number (section 1.1). An audit row may begin
 * with an empty id, so there the second field decides.
 */
export function headerOf(table: Table, rows: readonly string[][]): HeaderContext | undefined {
  const [row] = rows;
  if (row === undefined || row.length < 2 || row.some((name) => TIMESTAMP.test(name))) return undefined;
  if (/^\d*$/.test(row[0] ?? '')) return undefined;
  const context = orderOf(table, row);
  return context.order[table.columns.indexOf('timestamp')] === NOWHERE ? undefined : context;
}

/** How many of the columns a row names are columns of the table. */
export function knownShare(table: Table, row: readonly string[]): number {
  const { unknown, width } = orderOf(table, row);
  return (width - unknown.length) / Math.max(1, width);
}

function orderOf(table: Table, row: readonly string[]): HeaderContext {
  const places = new Map<string, number>();
  row.forEach((name, index) => {
    const normal = normalName(name);
    if (!places.has(normal)) places.set(normal, index + 1);
  });
  const known = knownColumns(table).map((column) => placeOf(table, column, places));
  const taken = new Set(known);
  const rest = row.map((_, index) => index + 1).filter((place) => !taken.has(place));
  const unknown = rest.map((place) => row[place - 1]?.trim() || `column_${place}`);
  return { width: row.length, order: [...known, ...rest], unknown };
}

function placeOf(table: Table, column: string, places: ReadonlyMap<string, number>): number {
  for (const name of namesOf(table, column)) {
    const place = places.get(name);
    if (place !== undefined) return place;
  }
  return NOWHERE;
}
