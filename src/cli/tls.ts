import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/index.ts';
import { AppError } from '../model/errors.ts';

export interface Tls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/**
 * The configured certificate and its key; undefined where there are none.
 *
 * @throws AppError `bad_request` where they are not a certificate and its key
 */
export async function readTls({ tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>): Promise<Tls | undefined> {
  if (tlsCert === null || tlsKey === null) return undefined;
  const tls = { cert: await readFile(tlsCert, 'utf8'), key: await readFile(tlsKey, 'utf8') };
  try {
    createSecureContext(tls);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const sentence = `BELFRY_TLS_CERT and BELFRY_TLS_KEY must name a certificate and its key, both in PEM: ${reason}`;
    throw new AppError('bad_request', { public: sentence, cause });
  }
  return tls;
}
