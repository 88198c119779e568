import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type WholeFile, writeWholeFile } from '../../kit/whole-file.ts';
import type { NamedFile } from './dump-control.ts';
import type { ManifestFile } from './manifest.ts';

/** Where an installation keeps files beside its stores. */
export interface FilePlaces {
  readonly reports: string;
  readonly compliance: string;
  readonly spool: string;
  /** The file of the key that signs tokens; null where it is configured. */
  readonly tokenKey: string | null;
}

/** Where files of a data directory are. @param hasOwnKey false where the key that signs tokens is configured */
export function filePlaces(dataDirectory: string, hasOwnKey: boolean): FilePlaces {
  return {
    reports: join(dataDirectory, 'reports'),
    compliance: join(dataDirectory, 'compliance'),
    spool: join(dataDirectory, 'spool'),
    tokenKey: hasOwnKey ? join(dataDirectory, 'token.key') : null,
  };
}

/** Copies what the control data names into `files/`; what is not there any more, or on another disk, is told. */
export async function collectFiles(
  folder: string,
  places: FilePlaces,
  named: readonly NamedFile[],
): Promise<{ files: ManifestFile[]; missing: string[] }> {
  const files: ManifestFile[] = [];
  const missing: string[] = [];
  const copy = async (from: string, path: string) => {
    const written = await copyWhole(from, join(folder, path));
    if (written !== undefined) files.push({ path, ...written });
    return written !== undefined;
  };
  for (const place of ['reports', 'compliance', 'spool']) await mkdir(join(folder, 'files', place), { mode: 0o700 });
  if (places.tokenKey !== null) await copy(places.tokenKey, 'files/token.key');
  for (const { place, name } of named) {
    const path = `files/${place}/${basename(name)}`;
    if (!(await copy(place === 'spool' ? name : join(places[place], name), path))) missing.push(path);
    // Records that could not even be framed stand beside the others.
    if (place === 'spool') {
      const faults = name.replace(/\.records$/, '.faults');
      if (faults !== name) await copy(faults, `files/spool/${basename(faults)}`);
    }
  }
  return { files, missing };
}

/** Puts what `collectFiles` copied where this installation keeps it. */
export async function placeFiles(folder: string, places: FilePlaces, files: readonly ManifestFile[]): Promise<void> {
  for (const { path } of files) {
    const target = targetOf(path, places);
    if (target === undefined) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyWhole(join(folder, path), target);
  }
}

function targetOf(path: string, places: FilePlaces): string | undefined {
  if (path === 'files/token.key') return places.tokenKey ?? undefined;
  const [, place, name] = /^files\/(reports|compliance|spool)\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  return join(places[place as 'reports' | 'compliance' | 'spool'], name);
}

/** Undefined where there is nothing to copy. */
async function copyWhole(from: string, to: string): Promise<WholeFile | undefined> {
  try {
    return await writeWholeFile(to, async (append) => {
      for await (const piece of createReadStream(from, { highWaterMark: 2 ** 20 })) await append(piece);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
