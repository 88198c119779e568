import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FramingFault } from '../formats/format.ts';
import { removeOlder } from '../kit/remove-older.ts';
import { diskFull, isDiskFull } from './disk-full.ts';

/** Files that hold the records of batches until the event store has them. */
export interface Spool {
  readonly folder: string;
}

export async function openSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder };
}

export function recordsPath(spool: Spool, token: string): string {
  return join(spool.folder, `${token}.records`);
}

export function faultsPath(spool: Spool, token: string): string {
  return join(spool.folder, `${token}.faults`);
}

/**
 * Writes a batch and returns when it is on disk: file contents and directory entry.
 *
 * @throws AppError `unavailable` when there is no space for it
 */
export async function writeSpool(
  spool: Spool,
  token: string,
  batch: { readonly lines: readonly Buffer[]; readonly firstLine: number; readonly faults: readonly FramingFault[] },
): Promise<void> {
  await writeSynced(recordsPath(spool, token), batch.lines);
  if (batch.faults.length > 0) {
    const rows = batch.faults.map((fault, row) => faultRow(fault, row, batch.firstLine));
    await writeSynced(faultsPath(spool, token), [Buffer.from(rows.join(''))]);
  }
  const folder = await open(spool.folder);
  await folder.sync();
  await folder.close();
}

/** The raw bytes go as base64: they need be neither text nor one line. */
function faultRow(fault: FramingFault, row: number, firstLine: number): string {
  const line = firstLine + fault.line;
  return `${JSON.stringify({ row, line, reason: fault.reason, raw: fault.bytes.toString('base64') })}\n`;
}

export async function removeSpool(spool: Spool, token: string): Promise<void> {
  await rm(recordsPath(spool, token), { force: true });
  await rm(faultsPath(spool, token), { force: true });
}

/**
 * Where a batch's records are: in this spool, else in the one it was written to, should that be another process's and its disk
 * within reach. Undefined where neither has them.
 */
export async function spoolOf(
  spool: Spool,
  batch: { readonly token: string; readonly spoolPath: string | null },
): Promise<Spool | undefined> {
  const places = [spool, ...(batch.spoolPath === null ? [] : [{ folder: dirname(batch.spoolPath) }])];
  for (const place of places) {
    if (await isReadable(recordsPath(place, batch.token))) return place;
  }
  return undefined;
}

function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Removes what no batch of the ledger needs: its sender got no receipt.
 *
 * @param olderThanMs since 1970; what is younger may be of a process that is about to open its batch
 * @throws FilesLeft where some cannot be removed; all others are
 */
export async function sweepSpool(spool: Spool, keep: ReadonlySet<string>, olderThanMs: number): Promise<void> {
  const names = await readdir(spool.folder);
  const others = names.filter((name) => !keep.has(name.replace(/\.(records|faults)$/, '')));
  await removeOlder(spool.folder, others, olderThanMs);
}

/**
 * Puts the whole file there at once: another import of the same bytes may have acknowledged the batch already, and the
 * engine be reading it.
 */
async function writeSynced(path: string, parts: readonly Buffer[]): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, Buffer.concat(parts), { mode: 0o600, flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}
