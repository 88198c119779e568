import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { AppError } from '../model/errors.ts';
import { addReceipt, emptyReceipt } from '../model/receipt.ts';
import type { ApiConnection } from './api-connection.ts';
import { importProgress } from './import-progress.ts';
import type { LogFile } from './log-files.ts';
import type { ImportOutcome, Receipt } from './wire.ts';

export interface ImportOptions {
  readonly format?: string | undefined;
  readonly timezone?: string | undefined;
}

/** What became of one file. */
export interface ImportedFile extends Receipt {
  readonly path: string;
  /** Null where it was not recognised or is empty. */
  readonly format: string | null;
  /** Null where nothing was begun. */
  readonly importId: string | null;
  /** Where unpacking stopped early; what came before is stored. */
  readonly damage?: NonNullable<ImportOutcome['damage']>;
  /** Batches that the event store could not take. */
  readonly batchesSetAside?: ImportOutcome['batchesSetAside'];
  /** Why it was not read to its end. */
  readonly error?: { readonly code: string; readonly message: string };
  /** A file of a folder that is no log in any known format: told, and no failure. */
  readonly skipped?: true;
}

export interface ImportSummary extends Receipt {
  readonly files: readonly ImportedFile[];
}

/** Sends files one after the other. One that fails is told in the summary and does not keep the others. */
export async function importFiles(
  api: ApiConnection,
  slug: string,
  files: readonly LogFile[],
  options: ImportOptions,
): Promise<ImportSummary> {
  const sizes = files.map((file) => file.bytes ?? (file.fault === undefined ? Number.NaN : 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const bar = importProgress(Number.isNaN(total) ? undefined : total);
  const done: ImportedFile[] = [];
  try {
    for (const file of files) {
      bar.file(file.path);
      done.push(await importFile(api, slug, file, options, bar.advance));
    }
  } finally {
    bar.end();
  }
  return { ...sumOf(done), files: done };
}

async function importFile(
  api: ApiConnection,
  slug: string,
  file: LogFile,
  options: ImportOptions,
  onBytes: (bytes: number) => void,
): Promise<ImportedFile> {
  const { path, name } = file;
  if (file.fault !== undefined) return failed(path, { code: 'not_found', message: file.fault });
  try {
    const query = { path: name, format: options.format, timezone: options.timezone };
    const route = `/organizations/${encodeURIComponent(slug)}/imports`;
    const { damage, path: _, ...outcome } = await api.upload<ImportOutcome>(route, query, counted(open(file), onBytes));
    return { path, ...outcome, ...(damage !== null && { damage }) };
  } catch (error) {
    if (!(error instanceof AppError) || isAboutOptions(error, options)) throw error;
    const unread = failed(path, { code: error.code, message: error.public.replace(`${name}: `, '') });
    return file.found && isUnrecognised(error) ? { ...unread, skipped: true } : unread;
  }
}

/** A format or a zone that nobody knows is wrong for every file. */
function isAboutOptions(error: AppError, { format, timezone }: ImportOptions): boolean {
  const given: Readonly<Record<string, string | undefined>> = { format, timezone };
  return error.faults.some(({ where, value }) => value !== undefined && given[where] === value);
}

function isUnrecognised(error: AppError): boolean {
  return error.code === 'bad_request' && error.faults.some(({ where }) => where === 'path');
}

function failed(path: string, error: NonNullable<ImportedFile['error']>): ImportedFile {
  return { path, format: null, importId: null, ...emptyReceipt(), error };
}

function open({ path, name }: LogFile): Readable {
  return path === '-' ? process.stdin : createReadStream(name, { highWaterMark: 256 * 1024 });
}

function counted(source: Readable, onBytes: (bytes: number) => void): Readable {
  async function* count() {
    for await (const chunk of source) {
      onBytes(chunk.length);
      yield chunk;
    }
  }
  return Readable.from(count(), { objectMode: false });
}

function sumOf(files: readonly ImportedFile[]): Receipt {
  const total = emptyReceipt();
  for (const file of files) addReceipt(total, file);
  return total;
}

/** Whether every log was read to its end and all its records are accounted for. */
export function isComplete({ setAside, files }: ImportSummary): boolean {
  const skipped = files.filter((file) => file.skipped).length;
  const isWhole = (file: ImportedFile) => file.skipped || (file.error === undefined && file.damage === undefined);
  return setAside === 0 && files.every(isWhole) && (skipped === 0 || skipped < files.length);
}
