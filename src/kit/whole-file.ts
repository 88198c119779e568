import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface WholeFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Ends the names of files that are not whole yet. */
export const PART_SUFFIX = '.part';

/**
 * Writes a file that is whole and on disk, or is not there: under another name until it is finished. Only its owner may read
 * it. What `fill` throws, and what the disk says, is thrown; nothing is left then.
 *
 * @param fill appends the content, one piece after the other
 */
export async function writeWholeFile(
  path: string,
  fill: (append: (piece: Uint8Array | string) => Promise<void>) => Promise<void>,
): Promise<WholeFile> {
  const part = `${path}${PART_SUFFIX}`;
  const file = await open(part, 'w', 0o600);
  try {
    const written = await fillAndSync(file, fill);
    await rename(part, path);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function fillAndSync(file: FileHandle, fill: Parameters<typeof writeWholeFile>[1]): Promise<WholeFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await fill(async (piece) => {
      const data = typeof piece === 'string' ? Buffer.from(piece) : piece;
      hash.update(data);
      bytes += data.length;
      await file.writeFile(data);
    });
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A name is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
