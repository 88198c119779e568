import { CamelCasePlugin, Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import type { Tables } from './tables.ts';
import type { Db } from './transaction.ts';

/**
 * Runs `work` with a handle that shows the control plane as it is at one moment, whatever is written meanwhile. Others go on
 * writing. Long work keeps the database from tidying up behind them: read what is needed and let go.
 */
export function withSnapshot<T>(db: Kysely<Tables>, work: (snapshot: Db) => Promise<T>): Promise<T> {
  if (db.getExecutor().adapter instanceof SqliteAdapter) return withFileSnapshot(db, work);
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
}

/** A connection of its own: the embedded database has one, and everybody else waits for it. */
async function withFileSnapshot<T>(db: Kysely<Tables>, work: (snapshot: Db) => Promise<T>): Promise<T> {
  const database = new Database(await fileOf(db));
  const snapshot = new Kysely<Tables>({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
  try {
    database.exec('pragma query_only = on');
    database.exec('begin');
    // The moment is that of the first look, not of the beginning.
    await snapshot.selectFrom('migrations').select('name').limit(1).execute();
    return await work(snapshot);
  } finally {
    await snapshot.destroy();
  }
}

async function fileOf(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string; file: string }>`pragma database_list`.execute(db);
  const file = rows.find(({ name }) => name === 'main')?.file;
  if (!file) throw new Error('the control database is in no file');
  return file;
}
