import { createHash } from 'node:crypto';

/**
 * One step of the schema, applied once and atomically. Once released it is never edited: its checksum is stored where it
 * was applied, and a database whose past differs is refused.
 *
 * Statements are the common ground of SQLite and PostgreSQL: columns are text, integer or bigint; booleans are 0 or 1;
 * JSON is text; instants are ISO 8601 text in UTC with milliseconds, so that text order is time order.
 */
export interface Migration {
  /** `NNNN-what-it-does`, ascending. */
  readonly name: string;
  readonly up: readonly string[];
}

/** SHA-256 in hex over the name and every statement, to the byte. */
export function checksum(migration: Migration): string {
  return createHash('sha256')
    .update(JSON.stringify([migration.name, ...migration.up]))
    .digest('hex');
}
