import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DirectoryLock, lockDirectory } from '../control/directory-lock.ts';
import { AppError } from '../model/errors.ts';

/**
 * Makes the data directory where it is missing, and takes it for this process.
 *
 * @param kind `shared` for who keeps both stores on servers: any number of such may use it at once
 * @throws AppError `conflict` while another process holds it, `unavailable` where this user cannot write in it
 */
export async function takeDataDirectory(
  path: string,
  kind: 'exclusive' | 'shared' = 'exclusive',
): Promise<DirectoryLock> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const sentence = `cannot write to the data directory ${path}: ${reason}; BELFRY_DATA chooses another`;
    throw new AppError('unavailable', { public: sentence, cause });
  }
  const lock = lockDirectory(join(path, 'lock'), kind);
  if (lock === undefined) throw new AppError('conflict', { public: `another process is using ${path}` });
  return lock;
}
