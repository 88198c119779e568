import { spreadsheetTextSql } from '../kit/spreadsheet-text.ts';
import { type WholeFile, writeWholeFile } from '../kit/whole-file.ts';
import type { EventStore } from './client.ts';
import type { Condition } from './queries/condition.ts';
import { FILE_LIMITS, type Settings } from './settings.ts';

/** One column of a file. */
export interface FileColumn {
  readonly name: string;
  /** Expression over the columns of the source. */
  readonly sql: string;
  /** Texts that a spreadsheet would run get an apostrophe before them; instants are written `2026-01-31T09:00:00Z`. */
  readonly kind: 'text' | 'number' | 'instant';
}

export interface FileQuestion {
  readonly columns: readonly FileColumn[];
  /** A SELECT and its parameters. */
  readonly source: Condition;
  /** Expressions over the columns of the source; a total order. */
  readonly order: string;
}

export interface FileTarget {
  readonly path: string;
  /** Stops the statement and leaves no file. */
  readonly signal?: AbortSignal;
}

export interface WrittenFile extends WholeFile {
  /** Without the header. */
  readonly rows: number;
}

export const FILE_SETTINGS: Settings = {
  ...FILE_LIMITS,
  // Two blocks are in this process at a time, as text.
  max_block_size: 32_768,
  output_format_csv_crlf_end_of_line: 1,
  // Sources and columns may share names; what is meant is always the source's.
  prefer_column_name_to_alias: 1,
  // The engine's own for NULL is \\N.
  format_csv_null_representation: '',
};

/**
 * Writes rows to a CSV file (RFC 4180, CRLF, always with a header) that is whole or not there. The engine makes the rows,
 * block by block, and this process puts them on disk: written by the embedded engine itself, a file is cut short without a
 * word when the disk is full (docs/decisions/0010-reports-are-streamed.md).
 *
 * Fails with `unavailable` where the engine's limits do not suffice, with the reason of the signal, or as the disk does.
 */
export async function writeFile(store: EventStore, question: FileQuestion, target: FileTarget): Promise<WrittenFile> {
  const { columns, source } = question;
  const options = { settings: FILE_SETTINGS, ...(target.signal && { signal: target.signal }) };
  let rows = 0;
  const written = await writeWholeFile(target.path, async (append) => {
    await append(`${columns.map(({ name }) => name).join(',')}\r\n`);
    await store.stream(fileSql(question), source.parameters, options, async (block) => {
      rows += block.rows;
      await append(block.bytes);
    });
  });
  return { ...written, rows };
}

/** The statement whose rows are those of the file. */
export function fileSql({ columns, source, order }: FileQuestion): string {
  const cells = columns.map((column) => `${cellSql(column)} AS ${column.name}`);
  return `SELECT ${cells.join(', ')} FROM (${source.sql}) ORDER BY ${order}`;
}

function cellSql({ sql, kind }: FileColumn): string {
  if (kind === 'number') return sql;
  if (kind === 'instant') return `ifNull(formatDateTime(${sql}, '%Y-%m-%dT%H:%i:%SZ'), '')`;
  return spreadsheetTextSql(`toString(${sql})`);
}
