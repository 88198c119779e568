import { constants, type Dirent } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** One input of an import. */
export interface LogFile {
  /** As the user would write it; `-` for standard input. */
  readonly path: string;
  /** What the input is called from then on: the absolute path. */
  readonly name: string;
  /** Undefined where it is not known before: standard input and pipes. */
  readonly bytes: number | undefined;
  /** Why it cannot be read. */
  readonly fault?: string;
  /** Met in a folder, not named by the user: it need not be a log. */
  readonly found?: true;
}

/**
 * Files in the order of the arguments; a folder stands for all files in and below it, by name. What is hidden in a folder
 * is left out. A path that cannot be read is told by its `fault`.
 */
export async function findLogFiles(paths: readonly string[]): Promise<LogFile[]> {
  const found = await Promise.all(paths.map(findAt));
  return found.flat();
}

async function findAt(path: string): Promise<LogFile[]> {
  if (path === '-') return [{ path, name: '-', bytes: undefined }];
  try {
    const info = await stat(path);
    if (info.isDirectory()) return await findIn(path);
    await access(path, constants.R_OK);
    return [{ path, name: resolve(path), bytes: info.isFile() ? info.size : undefined }];
  } catch (error) {
    return [unreadable(path, error)];
  }
}

async function findIn(folder: string): Promise<LogFile[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const files: LogFile[] = [];
  for (const entry of entries.sort(byName)) files.push(...(await findEntry(join(folder, entry.name), entry)));
  return files.map((file) => ({ ...file, found: true }));
}

/** Links to folders are not followed: they could lead in a circle. */
async function findEntry(path: string, entry: Dirent): Promise<LogFile[]> {
  if (entry.isFile()) return findAt(path);
  try {
    if (entry.isDirectory()) return await findIn(path);
    if (entry.isSymbolicLink() && (await stat(path)).isFile()) return await findAt(path);
    return [];
  } catch (error) {
    return [unreadable(path, error)];
  }
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function unreadable(path: string, error: unknown): LogFile {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reasons: Record<string, string> = { ENOENT: 'no such file or folder', EACCES: 'permission denied' };
  const fault = reasons[String(code)] ?? (error instanceof Error ? error.message : String(error));
  return { path, name: resolve(path), bytes: undefined, fault };
}
