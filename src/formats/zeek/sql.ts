/** A ClickHouse string literal. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\0', '\\0')}'`;
}

/** A ClickHouse array literal. */
export function array(values: readonly (string | number)[]): string {
  return `[${values.map((value) => (typeof value === 'string' ? text(value) : value)).join(', ')}]`;
}

/** The field of that name as text, '' where unset. Every mapping reads from `fields`, whatever container the record came in. */
export function field(name: string): string {
  return `fields[${text(name)}]`;
}

/** First element of a set or vector, '' where there is none. */
export function firstOf(name: string): string {
  return `JSONExtractString(${field(name)}, 1)`;
}

/** The first of the fields that is set. */
export function firstSet(...names: string[]): string {
  const last = field(names.at(-1) ?? '');
  return names
    .slice(0, -1)
    .reduceRight((otherwise, name) => `if(${field(name)} != '', ${field(name)}, ${otherwise})`, last);
}

/**
 * `body` with `value` under a name. The engine copies an alias to every place it is used in, so that aliases of aliases grow
 * without bound; a lambda's argument is not copied.
 */
export function bind(name: string, value: string, body: string): string {
  return `arrayMap(${name} -> ${body}, [${value}])[1]`;
}
