import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { maskedJsonOrEmpty } from '../masking/json-secrets.ts';
import { SECRET_KEYS } from '../masking/secret-names.ts';
import { maskedUrls } from '../masking/url-secrets.ts';

/**
 * Zeek writes the same record as a line of columns or as a JSON object. Each container is a WITH list that ends in the same
 * names, so that the logs are described once:
 * - `fields Map(String, String)`: '' where unset, `true` and `false`, sets and vectors as JSON arrays;
 * - `path`: the log that the record belongs to, lower case;
 * - `shown`: the record without its secrets;
 * - `damage`: why it cannot be read, or ''.
 */
type Container = readonly string[];

/** What a column holds, as far as its spelling goes; the third is a set or vector of anything but texts. */
export type CellType = '' | 'texts' | 'numbers' | 'bool';

// Separators inside values are escaped, so another one can take the place of the usual one before anything else is read.
const USUAL_SEPARATOR = `if(separator = '', text, replaceAll(replaceAll(text, '\\t', ${sqlText('\\x09')}), separator, '\\t'))`;
const USUAL_SET_SEPARATOR = `if(set_separator = '', row_cells, arrayMap((cell, type) -> if(type IN ('texts', 'numbers'),
    replaceAll(replaceAll(cell, ',', ${sqlText('\\x2c')}), set_separator, ','), cell), row_cells, types))`;

const MASKED_CELLS = `arrayMap((cell, name) ->
    if(name IN ${sqlList(SECRET_KEYS)} AND cell NOT IN ('', unset_mark), '***', cell), open_cells,
    arrayResize(names, length(open_cells)))`;

/** Columns. `context` is the header, as tsv-header.ts writes it: names and types are as many as each other. */
export const TSV: Container = [
  "splitByChar('\\n', context) AS header",
  'lower(header[1]) AS path',
  'header[2] AS separator',
  'header[3] AS set_separator',
  'header[4] AS unset_mark',
  'header[5] AS empty_mark',
  "splitByChar('\\t', header[6]) AS names",
  "splitByChar('\\t', header[7]) AS types",
  `hasAny(names, ${sqlList(SECRET_KEYS)}) AS has_secrets`,
  `${USUAL_SEPARATOR} AS usual`,
  `splitByChar('\\t', ${maskedUrls('usual')}) AS open_cells`,
  `if(has_secrets, ${MASKED_CELLS}, open_cells) AS cells`,
  `if(has_secrets, arrayStringConcat(cells, '\\t'), ${maskedUrls('text')}) AS shown`,
  `multiIf(header[6] = '', 'a row before any #fields line',
    length(cells) != length(names), format('{} columns, {} expected', toString(length(cells)), toString(length(names))),
    '') AS damage`,
  'arrayResize(cells, length(names)) AS row_cells',
  `${USUAL_SET_SEPARATOR} AS listed_cells`,
  `mapFromArrays(names, arrayMap((cell, type) -> multiIf(
    cell = unset_mark OR cell = empty_mark, '',
    type = 'texts', ${listOfTexts('cell')},
    type = 'numbers', concat('[', cell, ']'),
    type = 'bool', multiIf(cell = 'T', 'true', cell = 'F', 'false', cell),
    position(cell, ${sqlText('\\')}) = 0, cell,
    ${unescaped('cell')}), listed_cells, types)) AS fields`,
];

const entries = (object: string) => `JSONExtract(${object}, 'Map(String, String)')`;
/** `id.orig_h` may have become `id: {orig_h}` or `id_orig_h` on the way through a pipeline. */
const WITH_NESTED_ID = `if(startsWith(record['id'], '{'), mapConcat(mapFilter((key, value) -> key != 'id', record),
    mapApply((key, value) -> (concat('id.', key), value), ${entries("record['id']")})), record)`;
const WITH_RENAMED_ID = `if(mapContains(dotted, 'id_orig_h'), mapApply((key, value) ->
    (if(startsWith(key, 'id_orig_') OR startsWith(key, 'id_resp_'), concat('id.', substring(key, 4)), key), value), dotted), dotted)`;

/**
 * Objects. `context` is the log that the file is of, used where the record does not say: Corelight and the JSON streaming
 * package write `_path`, the Kafka writer wraps the record in an object with the name of the log as its only key.
 */
export const JSON_OBJECTS: Container = [
  `${maskedJsonOrEmpty('text')} AS masked`,
  "if(masked = '', text, masked) AS shown",
  `${entries('shown')} AS top`,
  "length(top) = 1 AND startsWith(mapValues(top)[1], '{') AS wrapped",
  `if(wrapped, ${entries('mapValues(top)[1]')}, top) AS record`,
  `${WITH_NESTED_ID} AS dotted`,
  `${WITH_RENAMED_ID} AS fields`,
  "lower(multiIf(fields['_path'] != '', fields['_path'], wrapped, mapKeys(top)[1], context)) AS path",
  `multiIf(notEmpty(top), '', match(text, '^\\\\s*\\\\{\\\\s*\\\\}\\\\s*$'), 'an empty JSON object', 'not a JSON object') AS damage`,
];

/**
 * `\xHH` is one byte and `\\` a backslash (log-formats.md, 3.1). Once the latter is written `\x5c`, every `\x` starts a byte;
 * a `00` in front makes the text before the first one such a piece too, and goes away with its byte.
 */
function unescaped(value: string): string {
  const pieces = `splitByString(${sqlText('\\x')}, concat('00', replaceAll(${value}, ${sqlText('\\\\')}, ${sqlText('\\x5c')})))`;
  return `substring(arrayStringConcat(arrayMap(piece -> if(match(piece, '^[0-9a-fA-F]{2}'),
      concat(unhex(substring(piece, 1, 2)), substring(piece, 3)), concat(${sqlText('\\x')}, piece)), ${pieces})), 2)`;
}

/** A set or vector of texts as a JSON array. A separator inside an element is escaped, so it is split first. */
function listOfTexts(value: string): string {
  return `if(position(${value}, ${sqlText('\\')}) = 0 AND position(${value}, '"') = 0,
      concat('["', replaceAll(${value}, ',', '","'), '"]'),
      replaceAll(toJSONString(arrayMap(element -> ${unescaped('element')}, splitByChar(',', ${value}))), ${sqlText('\\/')}, '/'))`;
}
