/**
 * Items of a WITH clause that define `name`: the members of a JSON object as (name, raw JSON of the value), those of objects
 * inside it under their path, `Event.System.Level`. Objects deeper than `depth` stay JSON; what is no object has no members.
 */
export function flatMembers(name: string, object: string, depth: number): string[] {
  const levels = Array.from({ length: depth }, (_, level) => (level === depth - 1 ? name : `${name}_${level + 1}`));
  return levels.map((level, index) => {
    const outer = levels[index - 1];
    return `${outer === undefined ? `JSONExtractKeysAndValuesRaw(${object})` : unfolded(outer)} AS ${level}`;
  });
}

/** SQL for members of which the objects have given way to their own members; the rest come first. */
function unfolded(members: string): string {
  return `arrayConcat(arrayFilter(m -> NOT startsWith(m.2, '{'), ${members}), arrayFlatten(arrayMap(
    m -> arrayMap(inner -> (concat(m.1, '.', inner.1), inner.2), JSONExtractKeysAndValuesRaw(m.2)),
    arrayFilter(m -> startsWith(m.2, '{'), ${members}))))`;
}

/** SQL for a JSON value as text: strings as they are, lists joined by `, `, null as ''. */
export function jsonText(raw: string): string {
  return `multiIf(${raw} = 'null', '', startsWith(${raw}, '['), arrayStringConcat(JSONExtract(${raw}, 'Array(String)'), ', '),
    startsWith(${raw}, '"'), JSONExtractString(${raw}), ${raw})`;
}
