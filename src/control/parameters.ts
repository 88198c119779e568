import type { CompiledQuery } from 'kysely';

/**
 * The values of a statement as both engines take them: null, text and numbers. Text with a NUL or half of a surrogate
 * pair in it, which PostgreSQL refuses and SQLite alters, is made storable.
 */
export function parametersOf(query: CompiledQuery): (string | number | null)[] {
  return query.parameters.map((value) => {
    if (typeof value === 'string') return storable(value);
    // The embedded driver aborts the process when it is given anything else, and PostgreSQL's would write it as text.
    if (value === null || typeof value === 'number') return value;
    throw new TypeError(`cannot bind a value of type ${typeof value}: ${query.sql}`);
  });
}

/** What comes back from a database as it went in: no NUL and no half of a surrogate pair. */
export function storable(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}
