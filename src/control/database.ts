import type { Kysely } from 'kysely';
import { AppError } from '../model/errors.ts';
import type { Engine } from './engine.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import type { Tables } from './tables.ts';
import type { Db } from './transaction.ts';

/** A file, or a database on a PostgreSQL server. */
export type ControlOptions =
  | {
      /** The database file; created when it is not there, readable by its owner alone. Its directory must exist. */
      readonly path: string;
    }
  | {
      /** `postgres://user:password@host:5432/database`, with libpq's parameters behind a question mark. */
      readonly url: string;
      /** Connections at most; 10 unless said. */
      readonly connections?: number;
    };

/** The open control plane. */
export interface Control {
  readonly db: Kysely<Tables>;
  /** Whether other processes may be using the same tables. */
  readonly shared: boolean;
  /**
   * Runs `work` with a handle that shows the control plane as it is at one moment, whatever is written meanwhile. Others go on
   * writing. Long work keeps the database from tidying up behind them: read what is needed and let go.
   */
  withSnapshot<T>(work: (snapshot: Db) => Promise<T>): Promise<T>;
  /** This machine's clock minus the database's, in milliseconds; 0 where the database is in this process. */
  clockDriftMs(): Promise<number>;
  /** Waits for nothing: end your transactions first. */
  close(): Promise<void>;
}

/**
 * Opens the control database and brings its schema up to date. Transactions run one at a time, those of other processes
 * included, so what one has read stays true until it ends.
 *
 * @param migrations for tests of migrations; otherwise all of ours
 * @throws AppError `unavailable` when there is no such database, or its schema is not one this version knows; with
 *   `retryAfterSeconds` when that may pass by itself
 */
export async function openControl(
  options: ControlOptions,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Control> {
  const engine = await openEngine(options);
  try {
    await engine.prepare(migrations);
  } catch (error) {
    await engine.db.destroy();
    throw cannotOpen(engine.address, error);
  }
  return {
    db: engine.db,
    shared: engine.shared,
    withSnapshot: (work) => engine.withSnapshot(work),
    clockDriftMs: () => engine.clockDriftMs(),
    close: () => engine.db.destroy(),
  };
}

/** Loads the module of the engine that is asked for, and no other: its library may not be installed. */
async function openEngine(options: ControlOptions): Promise<Engine> {
  if ('url' in options) {
    const { postgresEngine } = await import('./postgres-engine.ts');
    return postgresEngine(options);
  }
  const { embeddedEngine } = await import('./embedded-engine.ts');
  try {
    return embeddedEngine(options.path);
  } catch (error) {
    throw cannotOpen(options.path, error);
  }
}

function cannotOpen(address: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const later = cause instanceof AppError ? cause.retryAfterSeconds : undefined;
  return new AppError('unavailable', {
    public: `cannot open the control database ${address}: ${reason}`,
    cause,
    ...(later === undefined ? {} : { retryAfterSeconds: later }),
  });
}
