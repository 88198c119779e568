/** A ClickHouse string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A ClickHouse array literal. */
export function list(values: readonly (string | number)[]): string {
  return `[${values.map((value) => (typeof value === 'string' ? quoted(value) : value)).join(', ')}]`;
}

/** SQL for the number of a name, whatever its case; a number as text stands for itself, anything else is NULL. */
export function numberOf(sql: string, numbers: Readonly<Record<string, number>>, type: 'UInt8' | 'UInt16'): string {
  const names = list(Object.keys(numbers).map((name) => name.toUpperCase()));
  const values = `${list(Object.values(numbers))}::Array(Int32)`;
  const named = `nullIf(transform(upper(${sql}), ${names}, ${values}, -1::Int32), -1)`;
  return `coalesce(${named}, to${type}OrNull(${sql}))`;
}

/** SQL for the first of these texts that is not empty. */
export function firstOf(...texts: readonly string[]): string {
  return `arrayFirst(x -> x != '', [${texts.join(', ')}])`;
}

/**
 * SQL for `then`, which calls the value `name`, where `condition` holds of it, and the type's default (an empty text) elsewhere.
 * Costs the rows that hold alone: the branches of an `if` are evaluated lazily, and then again for every use of them.
 */
export function onlyWhere(name: string, value: string, condition: string, then: string): string {
  return `arrayMap(${name} -> ${then}, arrayFilter(${name} -> ${condition}, [${value}]))[1]`;
}

/**
 * SQL with `e.http.url` written as calls of tupleElement, for the values named `e`, `x` and `site`. Both mean the same, but the
 * engine takes half a millisecond to look up each dotted name, and does so for every batch.
 */
export function dotsSpelledOut(sql: string): string {
  return sql.replaceAll(/\b(e|x|site)((?:\.\w+)+)/g, (_, value: string, path: string) =>
    path
      .split('.')
      .slice(1)
      .reduce(
        (tuple, element) => `tupleElement(${tuple}, ${/^\d+$/.test(element) ? element : quoted(element)})`,
        value,
      ),
  );
}
