import type { EventStore, Settings } from './client.ts';

/** Block settings a batch is loaded with. They are kept with the batch: a retry is exact only with the same ones. */
export const LOAD_SETTINGS: Settings = {
  max_threads: 1,
  max_insert_threads: 1,
  input_format_parallel_parsing: 0,
  // One batch, one block: nothing to cut differently another time.
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 4_000_000_000,
  max_partitions_per_insert_block: 0,
};

/**
 * Rewrites of the views that find nothing to rewrite there, and take a third of the time that a small batch needs. They change no row,
 * so they are no part of a batch's own settings.
 */
export const QUICK_ANALYSIS: Settings = { optimize_and_compare_chain: 0, query_plan_enable_optimizations: 0 };

export interface Batch {
  /** The landing table of format and variant: `Landing.table`. */
  readonly landing: string;
  readonly organizationId: number;
  readonly seq: number;
  /** Hexadecimal; the same token is stored once, however often it is loaded. */
  readonly token: string;
  /** Absolute path of the file that holds the records, one a line. */
  readonly spoolPath: string;
  /** Number of the first line within its source, from 1. */
  readonly firstLine: number;
  readonly context: string;
  /** IANA zone for times that are logged without one. */
  readonly timezone: string;
  readonly settings: Settings;
}

export interface BatchCounts {
  readonly stored: number;
  readonly rejected: number;
  readonly ignored: number;
}

/**
 * Loads the records of a spool file through the landing table of their format. Repeatable: after a crash, load it again.
 */
export async function loadBatch(store: EventStore, batch: Batch): Promise<void> {
  const settings = {
    ...QUICK_ANALYSIS,
    ...batch.settings,
    insert_deduplication_token: batch.token,
    deduplicate_insert_select: 'enable_even_for_bad_queries',
    deduplicate_blocks_in_dependent_materialized_views: 1,
    session_timezone: batch.timezone,
  };
  await store.load({
    insert: `INSERT INTO ${batch.landing} (org, seq, row, line, context, text)`,
    settings,
    select: (
      lines,
    ) => `SELECT {org:UInt32}, {seq:UInt64}, rowNumberInAllBlocks() AS row, {first_line:UInt64} + row, {context:String},
  if(endsWith(text, '\\r'), substring(text, 1, length(text) - 1), text) FROM ${lines}`,
    file: { path: batch.spoolPath, format: 'LineAsString', structure: 'text String' },
    parameters: { org: batch.organizationId, seq: batch.seq, first_line: batch.firstLine, context: batch.context },
  });
}

/** Rows of `rejects` for a batch, in a file of JSON lines `{row, line, reason, raw}` with `raw` in base64. */
export interface RejectsFile extends Pick<Batch, 'organizationId' | 'seq' | 'token' | 'spoolPath'> {
  /** Tells the file apart from others of the same batch; part of its token. */
  readonly part: string;
  /** What its rows are numbered from. */
  readonly firstRow: number;
}

/** Loads records that the batch's own load does not bring: those that could not be framed, or that the engine fails on. Repeatable. */
export async function loadRejects(store: EventStore, file: RejectsFile): Promise<void> {
  const settings = {
    max_threads: 1,
    max_insert_threads: 1,
    insert_deduplication_token: `${file.token}-${file.part}`,
    deduplicate_insert_select: 'enable_even_for_bad_queries',
  };
  await store.load({
    insert: `INSERT INTO rejects (org, seq, row, line, reason, raw)`,
    settings,
    select: (rejects) =>
      `SELECT {org:UInt32}, {seq:UInt64}, toUInt32(${file.firstRow}) + row, line, reason, base64Decode(raw) FROM ${rejects}`,
    file: {
      path: file.spoolPath,
      format: 'JSONEachRow',
      structure: 'row UInt32, line UInt64, reason String, raw String',
    },
    parameters: { org: file.organizationId, seq: file.seq },
  });
}

/** Rows of framing faults are numbered from here, above those of the batch's lines. */
export const FAULT_ROWS = 2 ** 31;

/** What the batch left in each stored table, counted there and not taken from the engine's word. */
export async function countBatch(store: EventStore, organizationId: number, seq: number): Promise<BatchCounts> {
  const [row] = await store.query<BatchCounts>(
    `SELECT (SELECT count() FROM events WHERE org = {org:UInt32} AND seq = {seq:UInt64}) AS stored,
      (SELECT count() FROM rejects WHERE org = {org:UInt32} AND seq = {seq:UInt64}) AS rejected,
      (SELECT sum(ignored) FROM batch_counts WHERE org = {org:UInt32} AND seq = {seq:UInt64}) AS ignored`,
    { org: organizationId, seq },
    { priority: 'bulk' },
  );
  return { stored: row?.stored ?? 0, rejected: row?.rejected ?? 0, ignored: row?.ignored ?? 0 };
}
