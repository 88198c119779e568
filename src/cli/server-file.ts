import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How to reach the server of a data directory. Readable by its owner alone: the token opens everything. */
export interface ServerFile {
  readonly address: string;
  readonly token: string;
  readonly pid: number;
  /** ISO 8601 instant. */
  readonly startedAt: string;
}

export async function writeServerFile(
  dataDirectory: string,
  server: Pick<ServerFile, 'address' | 'token'>,
): Promise<void> {
  const path = pathIn(dataDirectory);
  const content: ServerFile = { ...server, pid: process.pid, startedAt: new Date().toISOString() };
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined where no server left one. It may be left over from a server that was killed. */
export async function readServerFile(dataDirectory: string): Promise<ServerFile | undefined> {
  try {
    return JSON.parse(await readFile(pathIn(dataDirectory), 'utf8'));
  } catch {
    return undefined;
  }
}

export async function removeServerFile(dataDirectory: string): Promise<void> {
  await rm(pathIn(dataDirectory), { force: true });
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, 'server.json');
}
