import { sqlText } from '../../kit/sql-literals.ts';

/** What a secret looks like, as a regular expression of the engine, and what takes the place of the match. */
export type Replacement = readonly [pattern: string, replacement: string];

/** SQL for a text after all replacements, in order. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce(
    (sql, [pattern, replacement]) => `replaceRegexpAll(${sql}, ${sqlText(pattern)}, ${sqlText(replacement)})`,
    text,
  );
}
