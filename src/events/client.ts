import { open, rm } from 'node:fs/promises';
import { isWholeZstd } from '../kit/zstd-frames.ts';
import { AppError, badInput } from '../model/errors.ts';
import type { Engine, EngineSession, FileInsert, RowBlock } from './engine.ts';
import { exceeded } from './exceeded.ts';
import { Gate, type Lane, type Priority } from './gate.ts';
import type { QueryParameters } from './parameters.ts';
import { FILE_LIMITS, JSON_SETTINGS, type Settings } from './settings.ts';

export type { FileInsert, RowBlock, RowFile } from './engine.ts';
export { type Settings, settingsClause } from './settings.ts';

export interface QueryOptions {
  readonly priority?: Priority;
  /** Overrides the store's limits: an export may run longer than a page. */
  readonly settings?: Settings;
}

export interface StoreLimits {
  /** Statements that may run at once. */
  readonly sessions?: number;
  readonly queryTimeoutSeconds?: number;
  readonly queryMemoryBytes?: number;
}

/** Where the events are: in this process, or on a server. */
export type EventStoreOptions = StoreLimits &
  (
    | {
        /** Directory of the embedded engine. One process at a time. */
        readonly path: string;
      }
    | {
        /** `https://user:password@host:8443/database` of a ClickHouse server. */
        readonly url: string;
        /** As the server names it: statements that make and change tables run on all of its servers. */
        readonly cluster?: string | null;
      }
  );

export interface StreamOptions {
  /** Stops the statement; the stream then fails with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Overrides the store's limits. */
  readonly settings?: Settings;
}

/**
 * Opens the event plane. The module of the embedded engine, and its library, are loaded only where it is used.
 *
 * @throws AppError `unavailable` when the engine cannot be opened or reached, with a sentence for the operator
 */
export async function openEventStore(options: EventStoreOptions): Promise<EventStore> {
  const sessions = options.sessions ?? 2;
  const limits = {
    max_execution_time: options.queryTimeoutSeconds ?? 30,
    max_memory_usage: options.queryMemoryBytes ?? 4 * 2 ** 30,
  };
  const cluster = 'url' in options ? (options.cluster ?? null) : null;
  const engine = await openEngine(options, cluster, sessions);
  return new EventStore({
    engine,
    gate: new Gate(engine.sessions, limits.max_execution_time * 1000 + PAGE_WAIT_MS),
    limits,
    cluster,
  });
}

/** How long a page waits at most, beyond what one before it may take. */
const PAGE_WAIT_MS = 30_000;

async function openEngine(options: EventStoreOptions, cluster: string | null, sessions: number): Promise<Engine> {
  if ('url' in options) {
    const { openServerEngine } = await import('./server-engine.ts');
    return openServerEngine(options.url, cluster, sessions);
  }
  const { openEmbeddedEngine } = await import('./embedded-engine.ts');
  return openEmbeddedEngine(options.path, sessions);
}

/** What all views of one store share. */
interface Plane {
  readonly engine: Engine;
  readonly gate: Gate<EngineSession>;
  /** What a query may take, unless it says otherwise. */
  readonly limits: Settings;
  readonly cluster: string | null;
}

/** The event plane: one engine, its sessions behind a gate. Made by `openEventStore`. */
export class EventStore {
  readonly #plane: Plane;
  readonly #lane: Lane | undefined;

  constructor(plane: Plane, lane?: Lane) {
    this.#plane = plane;
    this.#lane = lane;
  }

  /** The same store for one of those who share it: while all sessions are busy, their pages take turns. */
  onBehalfOf(lane: Lane): EventStore {
    return new EventStore(this.#plane, lane);
  }

  /** The same for every view of one store: what is remembered about it is kept by this. */
  get identity(): object {
    return this.#plane;
  }

  /** The cluster that tables are made on, as the server names it. */
  get cluster(): string | null {
    return this.#plane.cluster;
  }

  /** Runs a SELECT and returns its rows, columns by name. 64-bit integers come as numbers: select none above 2^53. */
  async query<Row>(sql: string, parameters: QueryParameters = {}, options: QueryOptions = {}): Promise<Row[]> {
    const { gate, limits } = this.#plane;
    const settings = { ...limits, ...JSON_SETTINGS, ...options.settings };
    const ticket = { priority: options.priority ?? 'page', lane: this.#lane };
    return gate.run(ticket, (session) => withinLimits(session.query<Row>({ sql, parameters, settings })));
  }

  /** Runs a statement that returns nothing. An INSERT carries its own SETTINGS clause, made by `settingsClause`. */
  async command(sql: string, parameters: QueryParameters = {}): Promise<void> {
    await this.#plane.gate.run({ priority: 'bulk' }, (session) => session.command({ sql, parameters, settings: {} }));
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
    const { gate, limits } = this.#plane;
    const statement = { sql, parameters, settings: { ...limits, ...settings } };
    await gate.run({ priority: 'bulk' }, (session) =>
      untilAborted(signal, () => session.stream(statement, signal, take)),
    );
  }

  /**
   * Runs an INSERT whose rows come from a local file, as bulk work.
   *
   * @throws AppError `bad_request` when a compressed file was cut short: the engine would take what is there
   */
  async load(insert: FileInsert): Promise<void> {
    const { path } = insert.file;
    checkFilePath(path);
    if (path.endsWith('.zst') && !(await isWholeZstd(path))) throw badInput(path, undefined, `${path} was cut short`);
    await this.#plane.gate.run({ priority: 'bulk' }, (session) => session.load(insert));
  }

  /**
   * Writes the rows of a SELECT to a new file, Native and compressed with zstd, as bulk work with the limits of files. The file is
   * whole and on disk, or is not there.
   *
   * @returns how many rows it holds, read back from it
   * @throws AppError `unavailable` when the disk did not take all of it
   */
  async exportRows(
    sql: string,
    parameters: QueryParameters,
    path: string,
    { signal }: Pick<StreamOptions, 'signal'> = {},
  ): Promise<{ readonly rows: number }> {
    checkFilePath(path);
    const { gate, limits } = this.#plane;
    const statement = { sql, parameters, settings: { ...limits, ...FILE_LIMITS } };
    await (await open(path, 'wx', 0o600)).close();
    try {
      const rows = await gate.run({ priority: 'bulk' }, (session) =>
        untilAborted(signal, () => session.exportRows(statement, path, signal)),
      );
      // On a full disk the embedded engine reports success (docs/decisions/0010-reports-are-streamed.md).
      if (!(await isWholeZstd(path))) throw cutShort();
      await syncToDisk(path);
      return { rows };
    } catch (error) {
      await rm(path, { force: true });
      throw isDiskFull(error) ? cutShort(error) : error;
    }
  }

  /** Closes the engine, whoever else has a view of it. */
  async close(): Promise<void> {
    await this.#plane.engine.close();
  }
}

/** What reaches a limit of a question is told to whoever asks it. */
function withinLimits<Result>(answer: Promise<Result>): Promise<Result> {
  return answer.catch((error: unknown) => Promise.reject(exceeded(error)));
}

/** Runs what a signal may end; once it is aborted, its reason is what fails, whatever the engine says then. */
async function untilAborted<Result>(signal: AbortSignal | undefined, run: () => Promise<Result>): Promise<Result> {
  signal?.throwIfAborted();
  try {
    const result = await withinLimits(run());
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function checkFilePath(path: string): void {
  if (!/^[\w./-]+$/.test(path)) throw new Error(`unsafe path of a file ${path}`);
}

function cutShort(cause?: unknown): AppError {
  const sentence = 'a file of events could not be written to its end: the disk is full';
  return new AppError('unavailable', { public: sentence, ...(cause !== undefined && { cause }) });
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
