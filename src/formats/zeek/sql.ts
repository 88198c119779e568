import { sqlText } from '../../kit/sql-literals.ts';

/** The field of that name as text, '' where unset. Every mapping reads from `fields`, whatever container the record came in. */
export function field(name: string): string {
  return `fields[${sqlText(name)}]`;
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
