import { rm, stat } from 'node:fs/promises';

/**
 * Removes what was last written before an instant, in milliseconds since 1970. Others may do the same in the same folder: what
 * is gone, or has another name by now, is left to them.
 */
export async function removeIfOlder(path: string, thanMs: number): Promise<void> {
  const writtenMs = await stat(path).then(({ mtimeMs }) => mtimeMs, unlessGone);
  if (writtenMs !== undefined && writtenMs < thanMs) await rm(path, { recursive: true, force: true });
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
