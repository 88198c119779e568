import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../model/errors.ts';
import { csvBlocks } from './csv-blocks.ts';
import type { Engine, EngineSession, FileInsert, RowBlock, Statement } from './engine.ts';
import { fitParameters, type QueryParameters } from './parameters.ts';
import { type Connection, connect } from './server-connection.ts';
import { isBrokenConnection, openingError, serverError } from './server-errors.ts';
import { type Release, readRelease, refuseOldRelease, settingsKnownBy } from './server-release.ts';
import { type Settings, settingsClause } from './settings.ts';

/**
 * A ClickHouse server, spoken to over HTTP.
 *
 * @param url `https://user:password@host:8443/database`
 * @param cluster whose servers a statement may run on that is to be ended
 * @throws AppError `unavailable` when it cannot be reached, does not let us in, or is too old
 */
export async function openServerEngine(url: string, cluster: string | null, sessions: number): Promise<Engine> {
  const connection = connect(url, cluster, sessions);
  try {
    const release = await askRelease(connection);
    refuseOldRelease(release, connection.host);
    const session = new ServerSession(connection, release);
    return {
      // Requests to a server share nothing: how many run at once is all that there is to sessions.
      sessions: Array.from({ length: sessions }, () => session),
      close: () => connection.client.close(),
    };
  } catch (error) {
    await connection.client.close();
    throw openingError(error, connection.host);
  }
}

async function askRelease({ client }: Connection): Promise<Release> {
  const { stream } = await client.exec({
    query: 'SELECT version() FORMAT TabSeparated',
    abort_signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return readRelease(await text(stream));
}

class ServerSession implements EngineSession {
  readonly #connection: Connection;
  readonly #release: Release;

  constructor(connection: Connection, release: Release) {
    this.#connection = connection;
    this.#release = release;
  }

  async query<Row>({ sql, parameters, settings }: Statement): Promise<Row[]> {
    const request = requestOf(`${sql}\nFORMAT JSONEachRow`, parameters, { ...WHOLE_ANSWER, ...settings });
    return this.#repeatable(async () => {
      const signal = timeLimit(settings);
      const { stream } = await this.#connection.client.exec({ ...request, ...(signal && { abort_signal: signal }) });
      return rowsOf<Row>(await text(abortable(stream, signal)));
    });
  }

  async command({ sql, parameters, settings }: Statement): Promise<void> {
    const request = requestOf(sql, parameters, { ...WHOLE_ANSWER, ...WRITTEN_AT_ONCE, ...settings });
    await this.#told(() => this.#connection.client.command(request));
  }

  async stream(
    { sql, parameters, settings }: Statement,
    signal: AbortSignal | undefined,
    take: (block: RowBlock) => Promise<void>,
  ): Promise<void> {
    const request = requestOf(`${sql}\nFORMAT CSV`, parameters, settings);
    await this.#killable(signal, async (attempt) => {
      const { stream, response_headers: headers } = await this.#repeatable(() =>
        this.#connection.client.exec({ ...request, ...attempt() }),
      );
      const tag = headers['x-clickhouse-exception-tag'];
      const blocks = csvBlocks(abortable(stream, signal), typeof tag === 'string' ? tag : undefined);
      for await (const block of this.#blocks(blocks)) await take(block);
    });
  }

  /** The statement stands in the address and the file is the body, as it is. */
  async load({ insert, settings = {}, select, file, parameters = {} }: FileInsert): Promise<void> {
    const clause = settingsClause(settingsKnownBy(this.#release, settings));
    const source = `input('${file.structure.replaceAll(/[\\']/g, '\\$&')}')`;
    const request = {
      query: `${insert} ${clause} ${select(source)} FORMAT ${file.format}`,
      query_params: parameters,
      clickhouse_settings: { ...ALWAYS, ...WHOLE_ANSWER, ...WRITTEN_AT_ONCE },
      ...(file.path.endsWith('.zst') && { http_headers: { 'Content-Encoding': 'zstd' } }),
    };
    const run = async () => {
      const values = (await open(file.path)).createReadStream();
      try {
        const limit = AbortSignal.timeout(LONGEST_LOAD_MS);
        const { stream } = await this.#connection.client.exec({ ...request, values, abort_signal: limit });
        await text(stream);
      } finally {
        // Where no connection came about, nobody has read it.
        values.destroy();
      }
    };
    // Under a token the same rows are stored once, whatever became of the first attempt.
    await ('insert_deduplication_token' in settings ? this.#repeatable(run) : this.#told(run));
  }

  async exportRows(
    { sql, parameters, settings }: Statement,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    // The server keeps the whole answer before it sends any of it, so that no error hides among the compressed bytes.
    const compressed = { ...WHOLE_ANSWER, enable_http_compression: 1, ...settings };
    const request = requestOf(`${sql}\nFORMAT Native`, parameters, compressed);
    return this.#killable(signal, (attempt) =>
      this.#repeatable(async () => {
        const { stream, response_headers: headers } = await this.#connection.client.exec({
          ...request,
          ...attempt(),
          http_headers: { 'Accept-Encoding': 'zstd' },
          decompress_response_stream: false,
        });
        await pipeline(abortable(stream, signal), createWriteStream(path));
        const rows = rowsTold(headers['x-clickhouse-summary']);
        if (rows === 0) await writeFile(path, EMPTY_ZSTD);
        else if (headers['content-encoding'] !== 'zstd') throw new AppError('unavailable', { public: NOT_COMPRESSED });
        return rows;
      }),
    );
  }

  /**
   * Runs something under ids by which the signal ends it: the server goes on when a connection is closed. Each attempt has one of
   * its own, because the server may not have noticed yet that the one before is over.
   */
  async #killable<Result>(
    signal: AbortSignal | undefined,
    run: (attempt: () => { query_id: string; abort_signal?: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    const ids: string[] = [];
    const kill = () => void this.#kill(ids);
    signal?.addEventListener('abort', kill, { once: true });
    try {
      return await run(() => {
        const query_id = randomUUID();
        ids.push(query_id);
        return { query_id, ...(signal && { abort_signal: signal }) };
      });
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }

  /** On all servers of a cluster: behind a proxy this may be another one than that which runs it. */
  async #kill(ids: readonly string[]): Promise<void> {
    const { client, cluster } = this.#connection;
    const onCluster = cluster === null ? '' : ` ON CLUSTER \`${cluster}\``;
    const query = `KILL QUERY${onCluster} WHERE query_id IN {ids:Array(String)} ASYNC`;
    // What it takes of the server is bounded by its limits all the same.
    await client.command({ query, query_params: { ids } }).catch(() => undefined);
  }

  async *#blocks(blocks: AsyncGenerator<RowBlock, void, undefined>): AsyncGenerator<RowBlock> {
    try {
      for (;;) {
        const next = await this.#told(() => blocks.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // Closes the connection where rows are left.
      await blocks.return();
    }
  }

  /** Runs what may be run twice: where the server had just closed the idle connection that was taken, on another one. */
  async #repeatable<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#told(() =>
      run().catch((error: unknown) => (isBrokenConnection(error) ? run() : Promise.reject(error))),
    );
  }

  /** What goes wrong with the server becomes a sentence for its operator. */
  async #told<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw serverError(error, this.#connection.host);
    }
  }
}

/** What a statement relies on, whatever the user's profile says. The embedded engine needs none of it. */
const ALWAYS: Settings = { session_timezone: 'UTC' };

/** The answer begins when it is complete, so that its status tells whether it is one; up to 8 MiB wait in memory. */
const WHOLE_ANSWER: Settings = { wait_end_of_query: 1, buffer_size: 8 * 2 ** 20 };

/** An acknowledged row is stored. */
const WRITTEN_AT_ONCE: Settings = { async_insert: 0 };

/** Lists of thousands of ids make long statements. Requests are bounded before they come here. */
const LONG_STATEMENTS: Settings = { max_query_size: 2 ** 28 };

const LONGEST_LOAD_MS = 15 * 60_000;

/** How long an answer may take to come, beyond what the statement itself may take. */
const PATIENCE_MS = 15_000;

const NOT_COMPRESSED =
  'the ClickHouse server, or a proxy before it, does not compress its answers with zstd, which exports need';

/** What zstd makes of nothing. */
const EMPTY_ZSTD = Buffer.from('28b52ffd240001000099e9d851', 'hex');

/** Settings go with the request, so that they stand apart from the statement and its own SETTINGS clause. */
function requestOf(sql: string, parameters: QueryParameters, settings: Settings) {
  const fitted = fitParameters(sql, parameters);
  return {
    query: fitted.sql,
    query_params: fitted.parameters,
    clickhouse_settings: { ...ALWAYS, ...LONG_STATEMENTS, ...settings },
  };
}

/** A statement without a limit of its own has that of the connection. */
function timeLimit({ max_execution_time: seconds = 0 }: Settings): AbortSignal | undefined {
  return seconds === 0 ? undefined : AbortSignal.timeout(Number(seconds) * 1000 + PATIENCE_MS);
}

function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

function rowsOf<Row>(lines: string): Row[] {
  return lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
}

/** `{"result_rows":"12", …}`, complete because the answer was. */
function rowsTold(summary: string | string[] | undefined): number {
  const told: unknown = typeof summary === 'string' ? JSON.parse(summary) : undefined;
  const rows =
    typeof told === 'object' && told !== null && 'result_rows' in told ? Number(told.result_rows) : Number.NaN;
  if (Number.isSafeInteger(rows)) return rows;
  throw new AppError('unavailable', { public: 'the ClickHouse server does not tell how many rows an answer has' });
}
