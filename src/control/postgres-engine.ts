import { type Kysely, PostgresDialect, sql } from 'kysely';
import type { Pool } from 'pg';
import { AppError } from '../model/errors.ts';
import { type Engine, tablesOf } from './engine.ts';
import { migrate } from './migrate.ts';
import { inByteOrder } from './postgres-ddl.ts';
import { PostgresDriver } from './postgres-driver.ts';
import type { Tables } from './tables.ts';

const OLDEST_VERSION = 13;
const CONNECT_WAIT_MS = 10_000;

interface Limits {
  readonly session: string;
  /** How long an answer may take before nobody waits for it; 0 for ever. */
  readonly answerMs: number;
}

/**
 * What a process that hangs, and a machine that is gone, must not do for ever: hold the lock, and wait for it. Whoever holds
 * it without a word is thrown out before those who wait give up.
 */
const SERVING: Limits = {
  session: `set statement_timeout = '60s';
    set idle_in_transaction_session_timeout = '15s';
    set lock_timeout = '20s';
    set session characteristics as transaction isolation level read committed`,
  answerMs: 75_000,
};

/** A migration takes what it takes, and whoever comes second waits for the first. */
const MIGRATING: Limits = {
  session: `set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = '60s'`,
  answerMs: 0,
};

export interface PostgresOptions {
  readonly url: string;
  readonly connections?: number;
}

/** A database on a PostgreSQL server, which several processes may share. */
export async function postgresEngine({ url, connections = 10 }: PostgresOptions): Promise<Engine> {
  const db = await openTables(url, connections, SERVING);
  return {
    db,
    address: addressOf(url),
    shared: true,
    async prepare(migrations) {
      const patient = await openTables(url, 1, MIGRATING);
      try {
        requireFit(await factsOf(patient));
        await migrate(patient, migrations, inByteOrder);
      } finally {
        await patient.destroy();
      }
    },
    withSnapshot: (work) =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    clockDriftMs: () => clockDriftMs(db),
  };
}

async function openTables(url: string, connections: number, { session, answerMs }: Limits): Promise<Kysely<Tables>> {
  const { Pool, types } = await import('pg').catch(explainMissing);
  const pool = new Pool({
    connectionString: url,
    max: connections,
    application_name: 'belfry',
    connectionTimeoutMillis: CONNECT_WAIT_MS,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: (oid, format) => PARSERS[oid] ?? types.getTypeParser(oid, format) },
    onConnect: (client) => client.query(session).then(() => undefined),
  });
  // A connection that breaks is replaced when it is needed next; without somebody to hear of it, the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return tablesOf(new PooledDialect(pool));
}

function explainMissing(cause: unknown): never {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause;
  const sentence = 'control data on PostgreSQL needs the package pg, which is not installed: npm install pg';
  throw new AppError('unavailable', { public: sentence, cause });
}

class PooledDialect extends PostgresDialect {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): PostgresDriver {
    return new PostgresDriver(this.#pool);
  }
}

/** By type; as SQLite would answer. There are no boolean columns, but conditions can be selected. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === 't' ? 1 : 0),
  20: exactNumber,
  1700: exactNumber,
};

/** bigint and numeric: numbers as JavaScript has them, or none. */
function exactNumber(text: string): number {
  const value = Number(text);
  const exact = /^-?\d+$/.test(text) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!exact) throw new RangeError(`the control database holds ${text}, which is no number here`);
  return value;
}

interface ServerFacts {
  readonly version: string;
  /** 130004 for 13.4 */
  readonly versionNumber: number;
  readonly encoding: string;
}

async function factsOf(db: Kysely<Tables>): Promise<ServerFacts> {
  const { rows } = await sql<ServerFacts>`
    select current_setting('server_version') as version,
      cast(current_setting('server_version_num') as integer) as version_number,
      current_setting('server_encoding') as encoding`.execute(db);
  const [facts] = rows;
  if (facts === undefined) throw new Error('it does not say what it is');
  return facts;
}

/** Refuses a server or a database that cannot hold our tables, whatever is in it. */
export function requireFit({ version, versionNumber, encoding }: ServerFacts): void {
  if (versionNumber < OLDEST_VERSION * 10_000) {
    throw new Error(`it is PostgreSQL ${version}, and Belfry needs ${OLDEST_VERSION} or newer`);
  }
  if (encoding !== 'UTF8') {
    throw new Error(`its encoding is ${encoding}, and Belfry needs UTF8: create database … encoding 'UTF8'`);
  }
}

/** The server's clock is read halfway between question and answer, as far as anybody knows. */
function clockDriftMs(db: Kysely<Tables>): Promise<number> {
  return db.connection().execute(async (connection) => {
    const ask = sql<{ nowMs: number }>`select extract(epoch from clock_timestamp()) * 1000 as now_ms`;
    // The first question may have to connect.
    await ask.execute(connection);
    const askedAt = Date.now();
    const { rows } = await ask.execute(connection);
    const answeredAt = Date.now();
    return Math.round((askedAt + answeredAt) / 2 - (rows[0]?.nowMs ?? Number.NaN));
  });
}

/** The URL without what must not be seen: its password, and its parameters, which may hold another. */
function addressOf(url: string): string {
  const address = new URL(url);
  address.password = '';
  address.search = '';
  return address.href;
}
