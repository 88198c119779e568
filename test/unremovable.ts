import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Longest path that the system takes, in bytes. */
const PATH_MAX = 4096;

/**
 * Puts a folder among files that nobody can remove by its path, not even root: a path below it is longer than the system
 * takes. It must be removed by the caller before the folder it is in is.
 */
export async function plantUnremovable(folder: string): Promise<{ readonly name: string; remove(): Promise<void> }> {
  const short = join(folder, 'm');
  const name = 'm'.repeat(200);
  const part = 'n'.repeat(100);
  const parts = Math.floor((PATH_MAX - Buffer.byteLength(short) - 10) / (part.length + 1));
  await mkdir(join(short, ...Array.from({ length: parts }, () => part)), { recursive: true });
  await rename(short, join(folder, name));
  return {
    name,
    async remove() {
      await rename(join(folder, name), short);
      await rm(short, { recursive: true });
    },
  };
}
