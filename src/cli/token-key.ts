import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';

/** The key that signs access tokens: the configured one, else one made at the first start and kept in the data directory. */
export async function readTokenKey(config: Pick<Config, 'tokenKey' | 'dataDirectory'>): Promise<Uint8Array> {
  if (config.tokenKey !== null) return Buffer.from(config.tokenKey);
  const path = join(config.dataDirectory, 'token.key');
  try {
    await writeFile(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return Buffer.from(await readFile(path, 'utf8'));
}
