import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/index.ts';
import { lockDirectory } from '../control/directory-lock.ts';
import { AppError } from '../model/errors.ts';
import { ApiConnection } from './api-connection.ts';
import { isRunning, readServerFile } from './server-file.ts';

/** A way to speak to the Belfry of a data directory. */
export interface Session {
  readonly api: ApiConnection;
  /** Whether a server was running before. */
  readonly served: boolean;
  readonly dataDirectory: string;
}

/**
 * Runs `work` with a connection to the Belfry of the configured data directory: to the server that runs on it, or else to
 * one inside this process that is closed afterwards. Either way it is the same API with the same checks.
 */
export async function withSession<Result>(
  config: Config,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { dataDirectory } = config;
  const found = (await findServer(config)) ?? (await startHere(config));
  if (found instanceof ApiConnection) return work({ api: found, served: true, dataDirectory });
  const belfry = found;
  try {
    return await work({ api: belfry.connect(), served: false, dataDirectory });
  } finally {
    await belfry.close();
  }
}

/**
 * The running server. Its file may be left over from one that was killed, and somebody else may listen there now: only while
 * the directory is locked, and a process of its number runs, is it believed.
 */
async function findServer(config: Config): Promise<ApiConnection | undefined> {
  const file = await readServerFile(config.dataDirectory);
  // Whether it is locked comes last: to look is to lock it for a moment.
  if (file === undefined || !isRunning(file) || !isLocked(config.dataDirectory)) return undefined;
  const certificate = config.tlsCert === null ? undefined : await readFile(config.tlsCert, 'utf8');
  const api = new ApiConnection({ address: file.address, token: file.token, certificate });
  try {
    await api.get('/status');
    return api;
  } catch (error) {
    if (isDistrust(error)) throw distrusted(file.address, error);
    // It is starting or stopping.
    return undefined;
  }
}

function isDistrust(error: unknown): boolean {
  const { code = '' } = ((error as Error).cause ?? {}) as { code?: string };
  return /CERT|VERIFY/.test(code);
}

function distrusted(address: string, cause: unknown): AppError {
  const reason = cause instanceof AppError ? cause.public : String(cause);
  return new AppError('unavailable', {
    public: `${address} is not trusted: ${reason}; set BELFRY_TLS_CERT to the certificate that the server was given`,
    cause,
  });
}

function isLocked(dataDirectory: string): boolean {
  const lock = lockDirectory(join(dataDirectory, 'lock'));
  lock?.release();
  return lock === undefined;
}

/** How long to wait while another command uses the data directory, or a server is about to answer. */
const WAIT_MS = 20_000;

async function startHere(config: Config) {
  const { startBelfry } = await import('./start-belfry.ts');
  const giveUpAt = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await startBelfry(withoutTls(config), { host: '127.0.0.1', port: 0 });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict') || Date.now() > giveUpAt) throw error;
    }
    await sleep(100);
    const running = await findServer(config);
    if (running !== undefined) return running;
  }
}

/** A connection inside one process needs no certificate. */
function withoutTls(config: Config): Config {
  return { ...config, tlsCert: null, tlsKey: null };
}
