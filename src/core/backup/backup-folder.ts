import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, badInput } from '../../model/errors.ts';
import type { ManifestFile } from './manifest.ts';

/** A folder of a backup: the engines read and write files by name, so names are plain. */
export function requireFolderName(folder: string): void {
  if (!isAbsolute(folder)) throw badInput('folder', folder, `folder must be an absolute path`);
  if (/^[\w./-]+$/.test(folder)) return;
  throw badInput('folder', folder, `the path of a backup may hold letters, digits and _ . - /, not ${folder}`);
}

const PARTS = ['control', 'events', 'files'] as const;

/**
 * Makes the folder of a backup that is to be written.
 *
 * @throws AppError `conflict` where there is something in it, `unavailable` where it cannot be made
 */
export async function makeBackupFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0) {
      throw new AppError('conflict', { public: `${folder} is not empty; name a folder for this backup alone` });
    }
    for (const part of PARTS) await mkdir(join(folder, part), { mode: 0o700 });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('unavailable', { public: `cannot write to ${folder}: ${reason}`, cause });
  }
}

/** Removes what a backup that failed has written, and leaves the folder as it was: empty. */
export async function clearBackupFolder(folder: string): Promise<void> {
  for (const part of PARTS) await rm(join(folder, part), { recursive: true, force: true });
}

/** Paths of all files below, relative to the folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What there is of one file; undefined where it is not there. */
export async function lookAtFile(folder: string, path: string): Promise<ManifestFile | undefined> {
  const full = join(folder, path);
  const found = await stat(full).catch(() => undefined);
  if (found === undefined) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(full, { highWaterMark: 2 ** 20 }), hash);
  return { path, bytes: found.size, sha256: hash.digest('hex') };
}
