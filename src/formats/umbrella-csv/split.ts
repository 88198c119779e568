import { isEscapedSql, unescapeSql } from '../framing/csv.ts';
import { onlyWhere } from '../sql/only-where.ts';
import { elementsAt } from '../sql/places.ts';
import { commaListSql, type RecordSql } from './record-sql.ts';
import { knownColumns, type Table } from './tables.ts';

/**
 * A row without header: columns stand in the order of the table. Rows as the export writes them, every field in quotes and
 * no quote inside, are cut at `","`: the row's quotes are then two for each part, and the cut is exact. All others go the long way.
 */
export function rowSql(table: Table): RecordSql {
  const known = table.columns.length;
  return {
    table,
    with: [...CELLS, 'cells AS f'],
    refused: shortRowSql('length(f)', table.least),
    columns: known,
    surplus: { names: columnNamesSql(`${known + 1}`, 'length(f) + 1'), values: `arraySlice(f, ${known + 1})` },
    listSql: commaListSql,
  };
}

/** What the framer found in the header, passed on as the frame's context (JSON). */
export interface HeaderContext {
  /** Columns in the header. */
  readonly width: number;
  /** For each known column of the table, then for each other column of the header, its place in the row from 1. */
  readonly order: readonly number[];
  /** Header names of the columns that the table does not know. */
  readonly unknown: readonly string[];
}

/** Place of a column that the header does not have. */
export const NOWHERE = 1_000_000;

/** A row of a file with a header: columns are brought into the order of the table, unknown ones behind. */
export function rowByNameSql(table: Table): RecordSql {
  const known = knownColumns(table).length;
  return {
    table,
    with: [
      ...CELLS,
      `JSONExtract(context, 'Tuple(width UInt32, order Array(UInt32), unknown Array(String))') AS header`,
      `arrayConcat(${elementsAt('cells', 'header.order', known)}, arrayMap(i -> cells[i], arraySlice(header.order, ${known + 1})),
        arraySlice(cells, header.width + 1)) AS f`,
    ],
    refused: `if(length(cells) < header.width, concat(${countedSql('length(cells)')}, ', the header has ', toString(header.width)), '')`,
    columns: known,
    surplus: {
      names: `arrayConcat(header.unknown, ${columnNamesSql('header.width + 1', 'greatest(length(cells), header.width) + 1')})`,
      values: `arraySlice(f, ${known + 1})`,
    },
    listSql: commaListSql,
  };
}

/** `cells`: the values of the row in the order they stand in; `original`: the row with its own line ends. */
const CELLS = [
  `if(${isEscapedSql('text')}, ${unescapeSql('text')}, text) AS original`,
  `splitByString('","', substring(text, 2, greatest(length(text), 2) - 2)) AS quick`,
  `startsWith(text, '"') AND endsWith(text, '"') AND countSubstrings(text, '"') = 2 * length(quick)
    AND NOT ${isEscapedSql('text')} AS is_plain`,
  `if(is_plain, quick, ${onlyWhere('t', 'original', 'NOT is_plain', anyCellsSql('t'))}) AS cells`,
];

/** Fields with or without quotes, blanks around them, quotes doubled inside. */
function anyCellsSql(text: string): string {
  // RE2 matches no invalid UTF-8: without the repair a field that holds some would be cut at it.
  const cells = `extractAll(concat(',', toValidUTF8(${text})), ',[ \\t]*("(?:[^"]|"")*"|[^,]*)')`;
  return `arrayMap(x -> if(length(x) > 1 AND startsWith(x, '"') AND endsWith(x, '"'),
    replaceAll(substring(x, 2, length(x) - 2), '""', '"'), trimBoth(x)), ${cells})`;
}

/** Names for columns that nobody named, by their place from 1: `column_57`. */
function columnNamesSql(from: string, to: string): string {
  return `arrayMap(i -> concat('column_', toString(i)), range(${from}, ${to}))`;
}

function shortRowSql(count: string, least: number): string {
  return `if(${count} < ${least}, concat(${countedSql(count)}, ', at least ${least} expected'), '')`;
}

function countedSql(count: string): string {
  return `concat(toString(${count}), if(${count} = 1, ' column', ' columns'))`;
}
