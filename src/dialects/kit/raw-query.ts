/** Query parameters as they came: values by name in lower case, in their order, without empty ones. */
export type RawQuery = ReadonlyMap<string, readonly string[]>;

/**
 * Normalises a query the router has split: names in any case are one name, repeated names become one list, an empty value
 * counts as an absent parameter.
 */
export function rawQuery(query: unknown): RawQuery {
  const values = new Map<string, string[]>();
  for (const [name, given] of Object.entries(query ?? {})) {
    const texts = [given].flat().filter((text) => typeof text === 'string' && text.trim() !== '') as string[];
    if (texts.length === 0) continue;
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), ...texts]);
  }
  return values;
}

/** Items of a list, whether separated by commas or given one by one; blanks around them do not count. */
export function listItems(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
