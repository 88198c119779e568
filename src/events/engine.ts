import type { QueryParameters } from './parameters.ts';
import type { Settings } from './settings.ts';

/** A statement with values for its `{name:Type}` places, and settings that hold for it alone. */
export interface Statement {
  readonly sql: string;
  readonly parameters: QueryParameters;
  readonly settings: Settings;
}

/** Some whole rows of a stream. */
export interface RowBlock {
  readonly rows: number;
  /** CSV without a header. */
  readonly bytes: Uint8Array;
}

/** A local file of rows. One whose name ends in `.zst` is compressed so. */
export interface RowFile {
  /** Absolute; letters, digits and `_./-`. */
  readonly path: string;
  /** As the engine names it: `LineAsString`, `JSONEachRow`, `Native`. */
  readonly format: string;
  /** Names and types of its columns: `text String, line UInt64`. */
  readonly structure: string;
}

/** An INSERT whose rows come from a file. */
export interface FileInsert {
  /** `INSERT INTO t (columns)`, with a SETTINGS clause unless there are `settings`. */
  readonly insert: string;
  /** Those that a server is too old to know are left out. */
  readonly settings?: Settings;
  /** `SELECT … FROM <source>`; with one source, read once. */
  readonly select: (source: string) => string;
  readonly file: RowFile;
  readonly parameters?: QueryParameters;
}

/** What runs one statement at a time. Aborting a signal ends the statement; what it threw with is not told apart here. */
export interface EngineSession {
  query<Row>(statement: Statement): Promise<Row[]>;
  command(statement: Statement): Promise<void>;
  stream(
    statement: Statement,
    signal: AbortSignal | undefined,
    take: (block: RowBlock) => Promise<void>,
  ): Promise<void>;
  load(insert: FileInsert): Promise<void>;
  /** Writes the rows to a file that is there and empty: Native, zstd. Returns how many it holds. */
  exportRows(statement: Statement, path: string, signal: AbortSignal | undefined): Promise<number>;
}

export interface Engine {
  readonly sessions: readonly EngineSession[];
  close(): Promise<void>;
}
