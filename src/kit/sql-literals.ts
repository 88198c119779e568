const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\t': '\\t',
  '\0': '\\0',
  // Or what looks like a parameter's place inside a literal would be taken for one by whoever fills them.
  '{': '\\x7b',
};

/** A ClickHouse string literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll(/[\\'\n\t\0{]/g, (character) => ESCAPES[character] ?? character)}'`;
}

/** A ClickHouse array literal. */
export function sqlList(values: Iterable<string | number>): string {
  return `[${[...values].map((value) => (typeof value === 'string' ? sqlText(value) : value)).join(', ')}]`;
}
