import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { flatMembers, jsonText } from '../sql/flat-json.ts';
import { AUDIT_NAMES, FLAT_NAMES, NOISE } from './names.ts';

/** `_source.Event.System.Provider.#attributes.Name` is as deep as it gets, and one more for whatever wraps that. */
const DEPTH = 6;

/** XML attributes and text as the converters write them: `#attributes`, `Provider_attributes`, `@Name`, `#text`. */
const XML_MARKS = String.raw`\.#(?:attributes|text)|_attributes(\.)|(\.)@`;
const WRAPPERS = String.raw`^(?:_source\.)?(?:Event\.)?`;
const DATA = String.raw`^(?:EventData|UserData\.[^.]+|UserData|(?:winlog\.)?(?:event_data|user_data))\.`;

/** A list of named values in the place of `EventData`'s members. */
const IS_DATA_LIST = `(endsWith(m.1, 'EventData.Data') AND startsWith(m.2, '[{'))`;

/**
 * Items of a WITH clause that define `fields Map(String, String)`: every member of the object `record`, whatever shape the event
 * is written in, under the flat name that Sigma's rules use. Where two members come to one name the first counts.
 */
export const FIELD_NAMES: readonly string[] = [
  ...flatMembers('members', 'record', DEPTH),
  `arrayConcat(${withoutDataList('members')}, ${dataList('members')}) AS all_members`,
  `arrayMap(m -> (${flatName('m.1')}, ${jsonText('m.2')}), all_members) AS named_members`,
  `arrayFilter(m -> m.2 != '' AND m.1 NOT IN ${sqlList(NOISE)}, named_members) AS told_members`,
  `arrayFilter((m, nth) -> nth = 1, told_members, arrayEnumerateUniq(arrayMap(m -> m.1, told_members))) AS own_members`,
  `own_members[arrayFirstIndex(m -> m.1 = 'EventID', own_members)].2 AS event_id`,
  `own_members[arrayFirstIndex(m -> m.1 = 'Channel', own_members)].2 AS channel`,
  `CAST(arrayConcat(own_members, if(channel = 'Security', ${auditMembers('own_members')}, [])) AS Map(String, String)) AS fields`,
];

/** The field of that name, '' where the event has none. */
export function field(name: string): string {
  return `fields[${sqlText(name)}]`;
}

function flatName(path: string): string {
  const unwrapped = `replaceRegexpOne(${path}, ${sqlText(WRAPPERS)}, '')`;
  const unmarked = `replaceRegexpAll(${unwrapped}, ${sqlText(XML_MARKS)}, '\\\\1\\\\2')`;
  const own = `if(startsWith(n, 'System.'), replaceAll(substring(n, 8), '.', '_'), replaceRegexpOne(n, ${sqlText(DATA)}, ''))`;
  const [from, to] = [Object.keys(FLAT_NAMES), Object.values(FLAT_NAMES)].map(sqlList);
  return `arrayMap(n -> transform(n, ${from}, ${to}, ${own}), [${unmarked}])[1]`;
}

function withoutDataList(members: string): string {
  return `arrayFilter(m -> NOT ${IS_DATA_LIST}, ${members})`;
}

/** Members out of `"Data": [{"@Name": "LogonType", "#text": "3"}, …]`, as general converters of XML write them. */
function dataList(members: string): string {
  const name = `arrayFirst(n -> n != '', [JSONExtractString(d, '@Name'), JSONExtractString(d, 'Name'), JSONExtractString(d, '#attributes', 'Name')])`;
  const value = `arrayFirst(v -> v != '', [JSONExtractRaw(d, '#text'), JSONExtractRaw(d, 'Value'), JSONExtractRaw(d, 'Text')])`;
  return `arrayFlatten(arrayMap(
    m -> arrayMap(d -> (concat('EventData.', ${name}), ${value}), JSONExtractArrayRaw(m.2)),
    arrayFilter(m -> ${IS_DATA_LIST}, ${members})))`;
}

function auditMembers(members: string): string {
  const cases = Object.entries(AUDIT_NAMES).map(([eventId, names]) => {
    const [from, to] = [Object.keys(names), Object.values(names)].map(sqlList);
    return `event_id = '${eventId}', arrayFilter(m -> m.1 != '', arrayMap(m -> (transform(m.1, ${from}, ${to}, ''), m.2), ${members}))`;
  });
  return `multiIf(${cases.join(', ')}, [])`;
}
