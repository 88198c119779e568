import { randomUUID } from 'node:crypto';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { type ChdbExtension, createChdbConnection } from 'chdb/connection';
import { oneAhead } from '../kit/one-ahead.ts';
import { AppError } from '../model/errors.ts';
import { Gate, type Lane, type Priority } from './gate.ts';
import { bindParameters, parameterSettings, type QueryParameters } from './parameters.ts';

/** Settings of one statement. Names are ours; values are numbers or plain words, checked before they enter SQL text. */
export type Settings = Readonly<Record<string, number | string>>;

export interface QueryOptions {
  readonly priority?: Priority;
  /** Overrides the store's limits: an export may run longer than a page. */
  readonly settings?: Settings;
}

export interface EventStoreOptions {
  /** Directory of the embedded engine. One process at a time. */
  readonly path: string;
  /** Statements that may run at once. */
  readonly sessions?: number;
  readonly queryTimeoutSeconds?: number;
  readonly queryMemoryBytes?: number;
}

export interface StreamOptions {
  /** Stops the statement; the stream then fails with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Overrides the store's limits. */
  readonly settings?: Settings;
}

/** Some rows of a stream. */
export interface RowBlock {
  readonly rows: number;
  /** CSV without a header. */
  readonly bytes: Uint8Array;
}

/** One engine: its sessions, the gate before them, and what a query may take. */
class Engine {
  readonly sessions: readonly Session[];
  readonly gate: Gate<Session>;
  readonly limits: Settings;

  constructor(options: EventStoreOptions) {
    this.sessions = Array.from({ length: options.sessions ?? 2 }, () => connect(options.path));
    this.gate = new Gate(this.sessions);
    this.limits = {
      max_execution_time: options.queryTimeoutSeconds ?? 30,
      max_memory_usage: options.queryMemoryBytes ?? 4 * 2 ** 30,
    };
  }
}

/** The event plane: one engine, its sessions behind a gate. The only file that knows which engine it is. */
export class EventStore {
  readonly #engine: Engine;
  readonly #lane: Lane | undefined;

  /** @param source what to open, or an open engine to have another view of: see `onBehalfOf` */
  constructor(source: EventStoreOptions | Engine, lane?: Lane) {
    this.#engine = source instanceof Engine ? source : new Engine(source);
    this.#lane = lane;
  }

  /** The same store for one of those who share it: while all sessions are busy, their pages take turns. */
  onBehalfOf(lane: Lane): EventStore {
    return new EventStore(this.#engine, lane);
  }

  /** The same for every view of one store: what is remembered about it is kept by this. */
  get identity(): object {
    return this.#engine;
  }

  /** Runs a SELECT and returns its rows, columns by name. 64-bit integers come as numbers: select none above 2^53. */
  async query<Row>(sql: string, parameters: QueryParameters = {}, options: QueryOptions = {}): Promise<Row[]> {
    const { gate, limits } = this.#engine;
    const settings = { ...limits, ...READ_SETTINGS, ...options.settings };
    const ticket = { priority: options.priority ?? 'page', lane: this.#lane };
    return gate.run(ticket, async ({ client }) => {
      const answer = await client.query({
        query: bindParameters(`${sql} ${settingsClause(settings)}`, parameters),
        format: 'JSONEachRow',
      });
      return answer.json<Row>();
    });
  }

  /** Runs a statement that returns nothing. An INSERT carries its own SETTINGS clause, made by `settingsClause`. */
  async command(sql: string, parameters: QueryParameters = {}): Promise<void> {
    await this.#engine.gate.run({ priority: 'bulk' }, ({ client }) =>
      client.command({ query: bindParameters(sql, parameters) }),
    );
  }

  /**
   * Runs a SELECT as bulk work and hands out its rows as CSV, block by block. The engine makes one block while `take` works on
   * the one before, and no more.
   */
  async stream(
    sql: string,
    parameters: QueryParameters,
    { signal, settings }: StreamOptions,
    take: (block: RowBlock) => Promise<void>,
  ): Promise<void> {
    const { gate, limits } = this.#engine;
    const mark = randomUUID();
    const kill = () => void this.#kill(mark);
    await gate.run({ priority: 'bulk' }, async ({ client, raw }) => {
      signal?.throwIfAborted();
      // A stream takes one statement, so its parameters are set by one before it, in the same session.
      await client.command({ query: parameterSettings(sql, parameters) });
      signal?.addEventListener('abort', kill, { once: true });
      try {
        const clause = settingsClause({ ...limits, ...settings, log_comment: mark });
        for await (const chunk of oneAhead(raw.queryStream(`${sql} ${clause}`, { format: 'CSV' }))) {
          signal?.throwIfAborted();
          await take({ rows: chunk.numRows, bytes: chunk.raw() });
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener('abort', kill);
      }
      signal?.throwIfAborted();
    });
  }

  /** Ends the statement with this comment, wherever it is: it may be long before its first row. */
  async #kill(mark: string): Promise<void> {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = '${mark}' ASYNC`;
    // A stream that goes on notices its signal at the next block.
    await this.#engine.gate.run({ priority: 'page' }, ({ client }) => client.command({ query: sql })).catch(() => {});
  }

  /** Closes the engine, whoever else has a view of it. */
  async close(): Promise<void> {
    await Promise.all(this.#engine.sessions.map(({ client }) => client.close()));
  }
}

const READ_SETTINGS: Settings = {
  output_format_json_quote_64bit_integers: 0,
  // Logs hold bytes that are no UTF-8; answers must be JSON all the same.
  output_format_json_validate_utf8: 1,
};

/**
 * `SETTINGS a = 1, b = 'x'`. Kept to the statement on purpose: settings given to the client stay with its session.
 */
export function settingsClause(settings: Settings): string {
  const items = Object.entries(settings).map(([name, value]) => {
    if (typeof value === 'string' && !/^[\w/+:-]*$/.test(value)) throw new Error(`unsafe value for setting ${name}`);
    return `${name} = ${typeof value === 'string' ? `'${value}'` : value}`;
  });
  return items.length === 0 ? '' : `SETTINGS ${items.join(', ')}`;
}

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** One session of the engine, spoken to in two ways: the client gathers an answer, `raw` can hand it out in blocks. */
interface Session {
  readonly client: ClickHouseClient;
  readonly raw: ChdbExtension;
}

function connect(path: string): Session {
  const opened = open(path);
  // Both packages publish this hook as experimental and type it apart; the cast stands here and nowhere else.
  const connection = opened as unknown as NonNullable<ClientOptions['connection']>;
  return { client: createClient({ connection }), raw: opened.chdb };
}

/** The engine has told the reason on standard error; the exception does not hold it. */
function open(path: string) {
  try {
    return createChdbConnection({ path });
  } catch (cause) {
    throw new AppError('unavailable', { public: `cannot open the event store ${path}`, cause });
  }
}
