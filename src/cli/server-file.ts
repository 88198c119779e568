import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** How to reach the server of a data directory. Readable by its owner alone: the token opens everything. */
export interface ServerFile {
  readonly address: string;
  readonly token: string;
  /** Machine it runs on: the directory may be shared. */
  readonly host: string;
  readonly pid: number;
  /** ISO 8601 instant. */
  readonly startedAt: string;
}

export async function writeServerFile(
  dataDirectory: string,
  server: Pick<ServerFile, 'address' | 'token'>,
): Promise<void> {
  const path = pathIn(dataDirectory);
  const content: ServerFile = { ...server, host: hostname(), pid: process.pid, startedAt: new Date().toISOString() };
  // Servers of one directory may start at the same time.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** Undefined where no server left one. It may be left over from a server that was killed: see `isRunning`. */
export async function readServerFile(dataDirectory: string): Promise<ServerFile | undefined> {
  try {
    return JSON.parse(await readFile(pathIn(dataDirectory), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Unless another server of the same directory has written its own. */
export async function removeServerFile(dataDirectory: string): Promise<void> {
  const file = await readServerFile(dataDirectory);
  if (file !== undefined && isOurs(file)) await rm(pathIn(dataDirectory), { force: true });
}

/** Whether a process of that number runs on this machine. */
export function isRunning({ host, pid }: ServerFile): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isOurs({ host, pid }: ServerFile): boolean {
  return host === hostname() && pid === process.pid;
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'server.json');
}
