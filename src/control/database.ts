import { chmod } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CamelCasePlugin,
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type QueryResult,
  SelectQueryNode,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import Database from 'libsql';
import { AppError } from '../model/errors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import type { Tables } from './tables.ts';

export interface ControlOptions {
  /** The database file; created when it is not there, readable by its owner alone. Its directory must exist. */
  readonly path: string;
  /** For tests of migrations; otherwise all of ours. */
  readonly migrations?: readonly Migration[];
}

/** The open control plane. */
export interface Control {
  readonly db: Kysely<Tables>;
  /** Waits for nothing: end your transactions first. */
  close(): Promise<void>;
}

/**
 * Opens the control database and brings its schema up to date.
 *
 * Transactions queue for the one connection and take the write lock when they begin, so they never fail for having
 * read before they wrote.
 *
 * @throws AppError `unavailable` when the file is no database, or its schema is not one this version knows
 */
export async function openControl(options: ControlOptions): Promise<Control> {
  const database = openFile(options.path);
  const db = new Kysely<Tables>({ dialect: new EmbeddedDialect(database), plugins: [new CamelCasePlugin()] });
  try {
    await chmod(options.path, 0o600);
    await migrate(db, options.migrations ?? MIGRATIONS);
  } catch (error) {
    await db.destroy();
    throw error instanceof AppError ? error : cannotOpen(options.path, error);
  }
  return { db, close: () => db.destroy() };
}

const LOCK_WAIT_MS = 15_000;

function openFile(path: string): Database.Database {
  try {
    const database = new Database(path, { timeout: LOCK_WAIT_MS });
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = full');
    database.exec('pragma foreign_keys = on');
    // Waiting inside the driver blocks the whole process; `takeWriteLock` waits outside it.
    database.exec('pragma busy_timeout = 10');
    return database;
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

function cannotOpen(path: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('unavailable', { public: `cannot open the control database ${path}: ${reason}`, cause });
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
    refuseUnbindable(query);
    try {
      return await this.#execute<R>(query);
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
    refuseUnbindable(query);
    return this.#inner.streamQuery<R>(query, chunkSize);
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

/** The driver aborts the process when it is given anything else. */
function refuseUnbindable(query: CompiledQuery): void {
  for (const value of query.parameters) {
    const bindable = value === null || typeof value === 'string' || typeof value === 'number';
    if (!bindable) throw new TypeError(`cannot bind a value of type ${typeof value}: ${query.sql}`);
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
