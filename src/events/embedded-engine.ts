// First: the engine's library reads what this sets.
import './engine-memory.ts';

import { randomUUID } from 'node:crypto';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { type ChdbExtension, createChdbConnection } from 'chdb/connection';
import { oneAhead } from '../kit/one-ahead.ts';
import { sqlText } from '../kit/sql-literals.ts';
import { AppError } from '../model/errors.ts';
import type { Engine, EngineSession, FileInsert, RowBlock, RowFile, Statement } from './engine.ts';
import { bindParameters, parameterSettings } from './parameters.ts';
import { JSON_SETTINGS, settingsClause } from './settings.ts';

/**
 * The engine in this process, over a directory that no other process has open.
 *
 * @throws AppError `unavailable` when it cannot be opened
 */
export function openEmbeddedEngine(path: string, sessions: number): Engine {
  const opened = Array.from({ length: sessions }, () => new EmbeddedSession(path));
  return {
    sessions: opened,
    async close() {
      await Promise.all(opened.map((session) => session.close()));
    },
  };
}

/** One session of the engine, spoken to in two ways: the client gathers an answer, `#raw` can hand it out in blocks. */
class EmbeddedSession implements EngineSession {
  readonly #path: string;
  readonly #client: ClickHouseClient;
  readonly #raw: ChdbExtension;

  constructor(path: string) {
    this.#path = path;
    const opened = open(path);
    // Both packages publish this hook as experimental and type it apart; the cast stands here and nowhere else.
    const connection = opened as unknown as NonNullable<ClientOptions['connection']>;
    this.#client = createClient({ connection });
    this.#raw = opened.chdb;
  }

  async query<Row>(statement: Statement): Promise<Row[]> {
    const answer = await this.#client.query({ query: textOf(statement), format: 'JSONEachRow' });
    return answer.json<Row>();
  }

  async command(statement: Statement): Promise<void> {
    await this.#client.command({ query: textOf(statement) });
  }

  /** The engine makes one block while `take` works on the one before, and no more. */
  async stream(
    { sql, parameters, settings }: Statement,
    signal: AbortSignal | undefined,
    take: (block: RowBlock) => Promise<void>,
  ): Promise<void> {
    // A stream takes one statement, so its parameters are set by one before it, in the same session.
    await this.#client.command({ query: parameterSettings(sql, parameters) });
    await this.#killable(signal, async (mark) => {
      const clause = settingsClause({ ...settings, log_comment: mark });
      for await (const chunk of oneAhead(this.#raw.queryStream(`${sql} ${clause}`, { format: 'CSV' }))) {
        signal?.throwIfAborted();
        await take({ rows: chunk.numRows, bytes: chunk.raw() });
      }
    });
  }

  async load({ insert, settings = {}, select, file, parameters = {} }: FileInsert): Promise<void> {
    const sql = `${insert} ${settingsClause(settings)} ${select(fileSource(file))}`;
    await this.#client.command({ query: bindParameters(sql, parameters) });
  }

  async exportRows(
    { sql, parameters, settings }: Statement,
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const file = `file(${sqlText(path)}, 'Native', 'auto', 'zstd')`;
    await this.#killable(signal, async (mark) => {
      const clause = settingsClause({ ...settings, log_comment: mark });
      await this.#client.command({
        query: bindParameters(`INSERT INTO FUNCTION ${file} ${clause} ${sql}`, parameters),
      });
    });
    const count = `SELECT count() AS rows FROM file(${sqlText(path)}, 'Native', 'any UInt8', 'zstd')`;
    const [counted] = await this.query<{ rows: number }>({ sql: count, parameters: {}, settings: JSON_SETTINGS });
    return counted?.rows ?? 0;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Runs a statement that carries a mark by which the signal ends it, wherever it is: it may be long before its first row. */
  async #killable(signal: AbortSignal | undefined, run: (mark: string) => Promise<void>): Promise<void> {
    const mark = randomUUID();
    const kill = () => void killMarked(this.#path, mark);
    signal?.addEventListener('abort', kill, { once: true });
    try {
      await run(mark);
    } finally {
      signal?.removeEventListener('abort', kill);
    }
  }
}

/** In a session of its own: all others may be busy. */
async function killMarked(path: string, mark: string): Promise<void> {
  const session = new EmbeddedSession(path);
  const sql = `KILL QUERY WHERE Settings['log_comment'] = '${mark}' ASYNC`;
  // A stream that goes on notices its signal at the next block.
  await session.command({ sql, parameters: {}, settings: {} }).catch(() => undefined);
  await session.close();
}

function textOf({ sql, parameters, settings }: Statement): string {
  return bindParameters(`${sql} ${settingsClause(settings)}`, parameters);
}

function fileSource({ path, format, structure }: RowFile): string {
  const compression = path.endsWith('.zst') ? ", 'zstd'" : '';
  return `file(${sqlText(path)}, '${format}', ${sqlText(structure)}${compression})`;
}

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** The engine has told the reason on standard error; the exception does not hold it. */
function open(path: string) {
  try {
    return createChdbConnection({ path });
  } catch (cause) {
    throw new AppError('unavailable', { public: `cannot open the event store ${path}`, cause });
  }
}
