import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Batch, RefusedRecords } from '../control/ledger.ts';
import { faultsPath, recordsPath, type Spool } from './spool.ts';

const LF = 0x0a;
const CR = 0x0d;
const LINE_END = Buffer.from('\n');

/** A record as it stands in the spool. */
export interface SpooledRecord {
  /** Line of the batch, from 0. */
  readonly row: number;
  readonly bytes: Buffer;
}

/**
 * The records of a batch that the engine does not fail on as far as is known.
 *
 * @throws where the spool no longer holds all records of the batch
 */
export async function readRecords(spool: Spool, batch: Batch): Promise<SpooledRecord[]> {
  const lines = linesOf(await readFile(recordsPath(spool, batch.token)));
  const records = lines.map((bytes, row) => ({ row, bytes })).filter(({ bytes }) => !isBlank(bytes));
  const faults = await countFaults(faultsPath(spool, batch.token));
  if (records.length + faults < batch.received) {
    throw new Error(
      `the spool holds ${records.length + faults} of the ${batch.received} records of batch ${batch.seq}`,
    );
  }
  const refused = new Set(batch.refused.flat().flatMap(({ rows }) => rows));
  return records.filter(({ row }) => !refused.has(row));
}

/** Runs something with a file of these records, one a line, in the spool. */
export function withRecords<Result>(
  spool: Spool,
  { token }: Pick<Batch, 'token'>,
  records: readonly SpooledRecord[],
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const parts = records.length === 0 ? [LINE_END] : records.flatMap(({ bytes }) => [bytes, LINE_END]);
  return withFile(spool, token, Buffer.concat(parts), use);
}

/** Runs something with a copy of the batch's records in which the lines of refused records are empty. */
export async function withoutRefused<Result>(
  places: { readonly from: Spool; readonly to: Spool },
  { token, refused }: Pick<Batch, 'token' | 'refused'>,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const lines = linesOf(await readFile(recordsPath(places.from, token)));
  for (const row of refused.flat().flatMap(({ rows }) => rows)) lines[row] = Buffer.alloc(0);
  return withFile(places.to, token, Buffer.concat(lines.flatMap((line) => [line, LINE_END])), use);
}

/** Runs something with a file of rejects, as `loadRejects` takes it. */
export async function withRejects<Result>(
  places: { readonly from: Spool; readonly to: Spool },
  { token, firstLine }: Pick<Batch, 'token' | 'firstLine'>,
  refused: readonly RefusedRecords[],
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const lines = linesOf(await readFile(recordsPath(places.from, token)));
  const rejects = refused.flatMap(({ reason, rows }) =>
    rows.map((row) => {
      const raw = lines[row]?.toString('base64') ?? '';
      return `${JSON.stringify({ row, line: firstLine + row, reason, raw })}\n`;
    }),
  );
  return withFile(places.to, token, Buffer.from(rejects.join('')), use);
}

/** Another process may be at work on the same batch. What a killed one leaves is swept like everything that no batch needs. */
async function withFile<Result>(
  spool: Spool,
  token: string,
  content: Buffer,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = join(spool.folder, `${token}.${randomUUID()}.part`);
  try {
    await writeFile(path, content, { mode: 0o600 });
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Lines without their ends, as the engine numbers them. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(LF, at);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === CR);
}

async function countFaults(path: string): Promise<number> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  return linesOf(bytes).length;
}
