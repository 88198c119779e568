import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptEach } from './attempt-each.ts';

/** Files that cannot be removed, or whose age cannot be found out. All others are dealt with. */
export class FilesLeft extends Error {
  constructor(cause: unknown) {
    super(`files cannot be removed: ${cause instanceof Error ? cause.message : String(cause)}`.slice(0, 2000), {
      cause,
    });
    this.name = 'FilesLeft';
  }
}

/**
 * Removes what was last written before an instant, in milliseconds since 1970. Others may do the same in the same folder: what
 * is gone, or has another name by now, is left to them.
 *
 * @throws FilesLeft after it has tried all
 */
export async function removeOlder(folder: string, names: Iterable<string>, thanMs: number): Promise<void> {
  await removeEach(names, (name) => removeIfOlder(join(folder, name), thanMs));
}

/**
 * Removes each item's file in turn.
 *
 * @throws FilesLeft after it has tried all
 */
export async function removeEach<Item>(items: Iterable<Item>, remove: (item: Item) => Promise<void>): Promise<void> {
  await attemptEach(items, remove).catch((error: unknown) => {
    throw new FilesLeft(error);
  });
}

async function removeIfOlder(path: string, thanMs: number): Promise<void> {
  // A link is removed itself, wherever it leads.
  const writtenMs = await lstat(path).then(({ mtimeMs }) => mtimeMs, unlessGone);
  if (writtenMs !== undefined && writtenMs < thanMs) await rm(path, { recursive: true, force: true });
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
