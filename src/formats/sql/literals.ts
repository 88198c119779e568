/** A ClickHouse string literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\0', '\\0')}'`;
}

/** A ClickHouse array literal. */
export function sqlList(values: Iterable<string | number>): string {
  return `[${[...values].map((value) => (typeof value === 'string' ? sqlText(value) : value)).join(', ')}]`;
}
