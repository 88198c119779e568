import {
  CamelCasePlugin,
  type Dialect,
  HandleEmptyInListsPlugin,
  Kysely,
  replaceWithNoncontingentExpression,
} from 'kysely';
import type { Migration } from './migrations/migration.ts';
import type { Tables } from './tables.ts';
import type { Db } from './transaction.ts';

/** What keeps the control plane's tables: SQLite in this process, or a PostgreSQL server. */
export interface Engine {
  readonly db: Kysely<Tables>;
  /** Where it is, for people; without the password. */
  readonly address: string;
  /** Whether other processes may be using it. */
  readonly shared: boolean;
  /** Refuses a database that cannot be ours, and brings the schema of another up to date. */
  prepare(migrations: readonly Migration[]): Promise<void>;
  /** See `Control`. */
  withSnapshot<T>(work: (snapshot: Db) => Promise<T>): Promise<T>;
  /** This machine's clock minus the database's, in milliseconds. */
  clockDriftMs(): Promise<number>;
}

export function tablesOf(dialect: Dialect): Kysely<Tables> {
  // SQLite knows what is in an empty list, PostgreSQL calls it a mistake.
  const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });
  return new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin(), emptyLists] });
}
