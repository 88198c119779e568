import { sqlList } from '../../kit/sql-literals.ts';
import { placeOfFirst } from '../sql/places.ts';
import { commaListSql, type RecordSql } from '../umbrella-csv/record-sql.ts';
import { knownColumns, namesOf, type Table } from '../umbrella-csv/tables.ts';

/** Keys that say what kind of record this is. */
const TYPE_KEYS = ['eventtype', 'recordtype', 'logtype'];
/** Keys that name a column in every table beside the column's own name. */
const TIME_KEYS = ['eventtime', 'time', '@timestamp', 'datetime'];

/** An object whose keys are column names, compared without case, blanks, `_` and `-`; lists are arrays or text with commas. */
export function recordSql(table: Table): RecordSql {
  const known = knownColumns(table);
  const allNames = known.flatMap((column) => keysOf(table, column));
  return {
    table,
    with: [
      'text AS original',
      `JSONExtract(toValidUTF8(text), 'Map(String, String)') AS object`,
      `arrayMap(k -> lower(replaceRegexpAll(k, '[ _-]', '')), mapKeys(object)) AS keys`,
      'mapValues(object) AS values',
      // Place 0 is no key's: the value there is ''.
      `[${known.map((column) => `values[${placeOfFirst('keys', keysOf(table, column))}]`).join(', ')}] AS f`,
      `arrayMap(k -> NOT has(${sqlList([...allNames, ...typeKeysOf(table)])}, k), keys) AS is_unknown`,
    ],
    refused: refusedSql(table),
    columns: known.length,
    surplus: {
      names: 'arrayFilter((k, is) -> is, mapKeys(object), is_unknown)',
      values: 'arrayFilter((v, is) -> is, values, is_unknown)',
    },
    listSql: (text) => `if(startsWith(${text}, '['), JSONExtract(${text}, 'Array(String)'), ${commaListSql(text)})`,
  };
}

function keysOf(table: Table, column: string): string[] {
  const names = namesOf(table, column);
  return column === 'timestamp' ? [...names, ...TIME_KEYS] : names;
}

/** A table that has an `event_type` of its own needs that key for it. */
function typeKeysOf(table: Table): string[] {
  const own = new Set(knownColumns(table).flatMap((column) => keysOf(table, column)));
  return TYPE_KEYS.filter((key) => !own.has(key));
}

function refusedSql(table: Table): string {
  const types = typeKeysOf(table);
  const named = types.map((key) => `values[indexOf(keys, '${key}')]`);
  const spellings = sqlList(['', table.name, ...table.aliases]);
  const foreign = named.map((type) => `endsWith(lower(${type}), 'logs') AND NOT has(${spellings}, lower(${type}))`);
  const checks = named.map(
    (type, index) => `${foreign[index]}, concat('holds ', leftUTF8(${type}, 40), ', not ${table.name}')`,
  );
  return `multiIf(empty(keys) AND NOT match(text, '^\\\\s*\\\\{'), 'not a JSON object', empty(keys), 'not a JSON object with keys',
    ${checks.map((check) => `${check},`).join(' ')} '')`;
}
