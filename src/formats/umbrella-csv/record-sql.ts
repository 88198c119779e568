import { sqlList } from '../../kit/sql-literals.ts';
import { knownColumns, type Table } from './tables.ts';

/**
 * A record while it is being mapped: the array `f` holds the table's known columns in order, as text. What fills `f` is
 * the only difference between the CSV export and its JSON twins, besides how a list is written.
 */
export interface RecordSql {
  readonly table: Table;
  /** Items of the WITH clause that define `f`, `original` (the record as it stood in the source) and what they need. */
  readonly with: readonly string[];
  /** String: why the record has not the table's shape, '' where it has. */
  readonly refused: string;
  /** Number of columns that always have a place in `f`. */
  readonly columns: number;
  /** Array(String) each, as many: names and values of columns that the table does not know. */
  readonly surplus: { readonly names: string; readonly values: string };
  /** Array(String) of a list in a field. */
  readonly listSql: (text: string) => string;
}

/** String: a column by name, '' where the record has none. */
export function field(record: RecordSql, name: string): string {
  const index = knownColumns(record.table).indexOf(name);
  if (index === -1) throw new Error(`${record.table.name} has no column ${name}`);
  return index < record.columns ? `f[${index + 1}]` : "''";
}

/** Array(String): a column that holds a list. */
export function list(record: RecordSql, name: string): string {
  return record.listSql(field(record, name));
}

/** Elements between commas; a blank after a comma is optional in the export (section 1.1). */
export function commaListSql(text: string): string {
  return `if(${text} = '', emptyArrayString(), splitByChar(',', replaceAll(${text}, ', ', ',')))`;
}

/** Array(UInt64) of a list of numbers, in brackets or not: `[211039844]`, `1, 2`. Zeros and what is no number are left out. */
export function numberListSql(text: string): string {
  return `arrayFilter(n -> n != 0, arrayMap(x -> toUInt64OrZero(trimBoth(x, ' []')), splitByChar(',', ${text})))`;
}

/** Map(String, String) of these columns under their own names, and of the columns the table does not know. */
export function extraSql(
  record: RecordSql,
  names: readonly string[],
  further: Readonly<Record<string, string>> = {},
): string {
  const columns = names.map((name) => [name, field(record, name)] as const).filter(([, value]) => value !== "''");
  const items = [...columns, ...Object.entries(further)];
  const keys = `${sqlList(items.map(([name]) => name))}::Array(String)`;
  const values = `[${items.map(([, value]) => value).join(', ')}]::Array(String)`;
  return `mapFromArrays(arrayConcat(${keys}, ${record.surplus.names}), arrayConcat(${values}, ${record.surplus.values}))`;
}
