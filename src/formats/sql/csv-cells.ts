import { unescapeSql } from '../framing/csv.ts';

/**
 * SQL for the values of a CSV record in their order, Array(String): with or without quotes, quotes doubled inside, blanks
 * around them left out, line ends as they were.
 *
 * @param text SQL for the record as the CSV framer gives it
 */
export function csvCells(text: string): string {
  // RE2 matches no invalid UTF-8: without the repair a field that holds some would be cut at it.
  const cells = `extractAll(concat(',', toValidUTF8(${unescapeSql(text)})), ',[ \\t]*("(?:[^"]|"")*"|[^,]*)')`;
  return `arrayMap(x -> if(length(x) > 1 AND startsWith(x, '"') AND endsWith(x, '"'),
    replaceAll(substring(x, 2, length(x) - 2), '""', '"'), trimBoth(x)), ${cells})`;
}
