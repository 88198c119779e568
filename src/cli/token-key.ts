import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { AppError } from '../model/errors.ts';

/** The key that signs access tokens: the configured one, else one made at the first start and kept in the data directory. */
export async function readTokenKey(config: Pick<Config, 'tokenKey' | 'dataDirectory'>): Promise<Uint8Array> {
  if (config.tokenKey !== null) return Buffer.from(config.tokenKey);
  const path = join(config.dataDirectory, 'token.key');
  const key = (await readIfThere(path)) ?? (await makeKey(path));
  // Whoever signs with nothing lets everybody sign.
  if (key.length > 0) return key;
  throw new AppError('unavailable', {
    public: `${path} is empty: put the key of a backup there, or remove the file for a new key, which ends all access tokens`,
  });
}

/** The file is there with the whole key or not at all: another process may be about to make or to read it. */
async function makeKey(path: string): Promise<Uint8Array> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
    await link(draft, path).catch(unlessThere);
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}

function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return undefined;
  });
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
