import { maskedJson, maskedUrls, SECRET_FIELDS } from './secrets.ts';
import { array, bind, text } from './sql.ts';

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
const USUAL_SEPARATOR = `if(separator = '', text, replaceAll(replaceAll(text, '\\t', ${text('\\x09')}), separator, '\\t'))`;
const USUAL_SET_SEPARATOR = `if(set_separator = '', row_cells, arrayMap((cell, type) -> if(type IN ('texts', 'numbers'),
    replaceAll(replaceAll(cell, ',', ${text('\\x2c')}), set_separator, ','), cell), row_cells, types))`;

const MASKED_CELLS = `arrayMap((cell, name) ->
    if(name IN ${array(SECRET_FIELDS)} AND cell NOT IN ('', unset_mark), '***', cell), row_cells,
    arrayResize(names, length(row_cells)))`;

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
  `hasAny(names, ${array(SECRET_FIELDS)}) AS has_secrets`,
  `splitByChar('\\t', ${maskedUrls(USUAL_SEPARATOR)}) AS open_cells`,
  `if(has_secrets, ${bind('row_cells', 'open_cells', MASKED_CELLS)}, open_cells) AS cells`,
  `if(has_secrets, arrayStringConcat(cells, '\\t'), ${maskedUrls('text')}) AS shown`,
  `multiIf(header[6] = '', 'a row before any #fields line',
    length(cells) != length(names), format('{} columns, {} expected', toString(length(cells)), toString(length(names))),
    '') AS damage`,
  `${bind('row_cells', 'arrayResize(cells, length(names))', USUAL_SET_SEPARATOR)} AS listed_cells`,
  `mapFromArrays(names, arrayMap((cell, type) -> multiIf(
    cell = unset_mark OR cell = empty_mark, '',
    type = 'texts', ${listOfTexts('cell')},
    type = 'numbers', concat('[', cell, ']'),
    type = 'bool', multiIf(cell = 'T', 'true', cell = 'F', 'false', cell),
    position(cell, ${text('\\')}) = 0, cell,
    ${unescaped('cell')}), listed_cells, types)) AS fields`,
];

const ENTRIES = (object: string) => `JSONExtract(${object}, 'Map(String, String)')`;
const IS_WRAPPED = (object: string) => `(length(${object}) = 1 AND startsWith(mapValues(${object})[1], '{'))`;
/** `id.orig_h` may have become `id: {orig_h}` or `id_orig_h` on the way through a pipeline. */
const WITH_NESTED_ID = `if(startsWith(r['id'], '{'), mapConcat(mapFilter((key, value) -> key != 'id', r),
    mapApply((key, value) -> (concat('id.', key), value), ${ENTRIES("r['id']")})), r)`;
const WITH_RENAMED_ID = `if(mapContains(f, 'id_orig_h'), mapApply((key, value) ->
    (if(startsWith(key, 'id_orig_') OR startsWith(key, 'id_resp_'), concat('id.', substring(key, 4)), key), value), f), f)`;

/**
 * Objects. `context` is the log that the file is of, used where the record does not say: Corelight and the JSON streaming
 * package write `_path`, the Kafka writer wraps the record in an object with the name of the log as its only key.
 */
export const JSON_OBJECTS: Container = [
  `JSONExtract(${maskedJson('text')}, 'Map(String, String)') AS top`,
  `${maskedJson('text')} AS shown`,
  `${IS_WRAPPED('top')} AS wrapped`,
  `${bind('t', 'top', `if(${IS_WRAPPED('t')}, ${ENTRIES('mapValues(t)[1]')}, t)`)} AS record`,
  `${bind('f', bind('r', 'record', WITH_NESTED_ID), WITH_RENAMED_ID)} AS fields`,
  "lower(multiIf(fields['_path'] != '', fields['_path'], wrapped, mapKeys(top)[1], context)) AS path",
  `multiIf(notEmpty(top), '', match(text, '^\\\\s*\\\\{\\\\s*\\\\}\\\\s*$'), 'an empty JSON object', 'not a JSON object') AS damage`,
];

/**
 * `\xHH` is one byte and `\\` a backslash (log-formats.md, 3.1). Once the latter is written `\x5c`, every `\x` starts a byte;
 * a `00` in front makes the text before the first one such a piece too, and goes away with its byte.
 */
function unescaped(value: string): string {
  const pieces = `splitByString(${text('\\x')}, concat('00', replaceAll(${value}, ${text('\\\\')}, ${text('\\x5c')})))`;
  return `substring(arrayStringConcat(arrayMap(piece -> if(match(piece, '^[0-9a-fA-F]{2}'),
      concat(unhex(substring(piece, 1, 2)), substring(piece, 3)), concat(${text('\\x')}, piece)), ${pieces})), 2)`;
}

/** A set or vector of texts as a JSON array. A separator inside an element is escaped, so it is split first. */
function listOfTexts(value: string): string {
  return `if(position(${value}, ${text('\\')}) = 0 AND position(${value}, '"') = 0,
      concat('["', replaceAll(${value}, ',', '","'), '"]'),
      replaceAll(toJSONString(arrayMap(element -> ${unescaped('element')}, splitByChar(',', ${value}))), ${text('\\/')}, '/'))`;
}
