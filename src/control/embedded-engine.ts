import { chmod } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SelectQueryNode,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import Database from 'libsql';
import { AppError } from '../model/errors.ts';
import { type Engine, tablesOf } from './engine.ts';
import { migrate } from './migrate.ts';
import { parametersOf } from './parameters.ts';
import type { Db } from './transaction.ts';

/**
 * SQLite in this process. Transactions queue for the one connection and take the write lock when they begin, so they never
 * fail for having read before they wrote.
 *
 * @param path the database file; created when it is not there, readable by its owner alone
 */
export function embeddedEngine(path: string): Engine {
  const db = tablesOf(new EmbeddedDialect(openFile(path)));
  return {
    db,
    address: path,
    shared: false,
    async prepare(migrations) {
      await chmod(path, 0o600);
      await migrate(db, migrations, (statement) => statement);
    },
    withSnapshot: (work) => withSnapshot(path, work),
    clockDriftMs: async () => 0,
  };
}

/** A connection of its own: the embedded database has one, and everybody else waits for it. */
async function withSnapshot<T>(path: string, work: (snapshot: Db) => Promise<T>): Promise<T> {
  const database = new Database(path);
  const snapshot = tablesOf(new SqliteDialect({ database }));
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

const LOCK_WAIT_MS = 15_000;

function openFile(path: string): Database.Database {
  const database = new Database(path, { timeout: LOCK_WAIT_MS });
  try {
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = full');
    database.exec('pragma foreign_keys = on');
    // Waiting inside the driver blocks the whole process; `takeWriteLock` waits outside it.
    database.exec('pragma busy_timeout = 10');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

class EmbeddedDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): EmbeddedDriver {
    return new EmbeddedDriver(this.#database);
  }
}

class EmbeddedDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new EmbeddedConnection(this.#database, await super.acquireConnection());
  }

  override beginTransaction(): Promise<void> {
    return takeWriteLock(this.#database);
  }

  /** A full disk ends the transaction by itself; rolling back again would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

class EmbeddedConnection implements DatabaseConnection {
  readonly #database: Database.Database;
  readonly #inner: DatabaseConnection;

  constructor(database: Database.Database, inner: DatabaseConnection) {
    this.#database = database;
    this.#inner = inner;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const bound = { ...query, parameters: parametersOf(query) };
    try {
      return await this.#execute<R>(bound);
    } catch (error) {
      throw explained(error);
    }
  }

  async #execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#database.inTransaction || SelectQueryNode.is(query.query)) return this.#inner.executeQuery<R>(query);
    await takeWriteLock(this.#database);
    try {
      const result = await this.#inner.executeQuery<R>(query);
      this.#database.exec('commit');
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>({ ...query, parameters: parametersOf(query) }, chunkSize);
  }
}

/**
 * Begins a transaction that may write: one that begins as a reader cannot become a writer once somebody else has written.
 * Waits for another process without blocking this one. By `exec`, because the driver leaves a prepared statement that
 * met a lock in progress, and no later transaction can commit while one is.
 */
async function takeWriteLock(database: Database.Database): Promise<void> {
  const giveUpAt = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      database.exec('begin immediate');
      return;
    } catch (error) {
      if (!hasCode(error, 'SQLITE_BUSY') || Date.now() > giveUpAt) throw explained(error);
      await sleep(1 + Math.random() * 9);
    }
  }
}

/** What the operator can do something about, said so that a caller may hear it. */
function explained(cause: unknown): unknown {
  if (hasCode(cause, 'SQLITE_FULL')) {
    return new AppError('unavailable', { public: 'the disk of the control database is full', cause });
  }
  if (hasCode(cause, 'SQLITE_BUSY')) {
    const sentence = 'another process is writing to the control database';
    return new AppError('unavailable', { public: sentence, cause, retryAfterSeconds: 5 });
  }
  return cause;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith(code);
}
