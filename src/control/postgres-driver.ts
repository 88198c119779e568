import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type TransactionSettings,
} from 'kysely';
import type { QueryResult as PgResult, Pool, PoolClient } from 'pg';
import { parametersOf } from './parameters.ts';
import { explainedBy, isBroken, isUseless, waitedInVain } from './postgres-errors.ts';

/** How long a transaction waits for those of this process before it. Those of others: `lock_timeout`. */
const TURN_WAIT_MS = 30_000;

/**
 * Transactions begin by taking one lock that all processes share, and end by letting it go: what reads before it writes
 * may rely on what it read. READ COMMITTED, so that each statement sees what the one before in the queue has committed.
 * The lock's name has the schema in it, and PostgreSQL keeps those of other databases apart.
 */
const BEGIN = `begin isolation level read committed;
  select pg_advisory_xact_lock(hashtext('belfry'), hashtext(current_schema()))`;

/**
 * What only reads, at one moment, holds nobody up and is not held up. Whoever reads much, to write it elsewhere, may be
 * silent for longer.
 */
const BEGIN_READING = `begin isolation level repeatable read read only;
  set local idle_in_transaction_session_timeout = '10min';
  set local statement_timeout = '10min'`;

/** Connections of a pool, and the order of transactions on them. */
export class PostgresDriver implements Driver {
  readonly #pool: Pool;
  readonly #turns = new Turnstile();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    return new PostgresConnection(this.#pool);
  }

  /** Waits for its turn without a connection: those that only read need them. */
  async beginTransaction(connection: PostgresConnection, { accessMode }: TransactionSettings): Promise<void> {
    if (accessMode === 'read only') return connection.begin(BEGIN_READING);
    const leave = await this.#turns.enter(TURN_WAIT_MS);
    if (leave === undefined) throw waitedInVain();
    await connection.begin(BEGIN, leave);
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

type Parameters = (string | number | null)[];

/** Takes a client from the pool when the first statement comes. */
class PostgresConnection implements DatabaseConnection {
  readonly #pool: Pool;
  #client: PoolClient | undefined;
  #isUseless = false;
  #inTransaction = false;
  /** Lets the next transaction of this process begin. */
  #leave = (): void => undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = parametersOf(query);
    const onlyReads = !this.#inTransaction && SelectQueryNode.is(query.query);
    const answer = onlyReads ? this.#askAgain(query.sql, parameters) : this.#ask(query.sql, parameters);
    const result = await answer.catch((error: unknown) => {
      throw explainedBy(error);
    });
    return toResult<R>(result);
  }

  // biome-ignore lint/correctness/useYield: it has nothing to yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the control plane is read page by page, not as a stream');
  }

  /** @param leave called when the transaction has ended, or did not begin */
  async begin(statements: string, leave = (): void => undefined): Promise<void> {
    this.#leave = leave;
    try {
      await this.#askAgain(statements);
      this.#inTransaction = true;
    } catch (error) {
      await this.rollback();
      throw explainedBy(error);
    }
  }

  async commit(): Promise<void> {
    const { command } = await this.#ask('commit').catch((error: unknown) => {
      throw explainedBy(error);
    });
    // A transaction in which a statement failed cannot be committed, and the server does not call that an error.
    if (command !== 'COMMIT') throw new Error('a transaction went on after a statement in it had failed');
    this.#end();
  }

  /** Never fails: what made the transaction fail is what there is to know, and the server ends it with its connection. */
  async rollback(): Promise<void> {
    if (this.#client !== undefined && !this.#isUseless) {
      await this.#ask('rollback').catch(() => {
        this.#isUseless = true;
      });
    }
    this.#end();
  }

  release(): void {
    this.#client?.release(this.#isUseless);
    this.#client = undefined;
    this.#isUseless = false;
  }

  #end(): void {
    this.#inTransaction = false;
    this.#leave();
    this.#leave = () => undefined;
  }

  /** For what changes nothing: a connection may have broken while nobody used it, and there are others. */
  async #askAgain(statement: string, parameters: Parameters = []): Promise<PgResult<object>> {
    try {
      return await this.#ask(statement, parameters);
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
    return this.#ask(statement, parameters);
  }

  async #ask(statement: string, parameters: Parameters = []): Promise<PgResult<object>> {
    // Not within a transaction: what is left of one must not go on somewhere else, outside it.
    if (this.#isUseless && !this.#inTransaction) this.release();
    if (this.#isUseless) throw new Error('Connection terminated');
    this.#client ??= await this.#pool.connect();
    try {
      return await this.#client.query(statement, parameters);
    } catch (error) {
      this.#isUseless = isUseless(error);
      throw error;
    }
  }
}

function toResult<R>({ command, rowCount, rows }: PgResult<object>): QueryResult<R> {
  const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
  return { rows: rows as R[], ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
}

/** Lets one in at a time, in the order in which they came. */
class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what lets the next one in; undefined when the turn has not come in time */
  async enter(waitMs: number): Promise<(() => void) | undefined> {
    const before = this.#last;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#last = before.then(() => left);
    const stop = new AbortController();
    const late = sleep(waitMs, true, { signal: stop.signal }).catch(() => true);
    const isLate = await Promise.race([before.then(() => false), late]);
    stop.abort();
    if (!isLate) return leave;
    leave();
    return undefined;
  }
}
