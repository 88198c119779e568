import { join } from 'node:path';
import { startBelfry } from '../../src/cli/start-belfry.ts';
import { loadConfig } from '../../src/config/index.ts';

export interface ServerHere {
  readonly address: string;
  /** The operator's. */
  readonly token: string;
  stop(): Promise<void>;
}

/** A whole server in this process, for checks that kill nothing and measure no memory. */
export async function serveHere(directory: string, env: Readonly<Record<string, string>> = {}): Promise<ServerHere> {
  const config = loadConfig({
    BELFRY_LOG_LEVEL: 'error',
    BELFRY_DEMO: '0',
    ...env,
    BELFRY_DATA: join(directory, 'data'),
  });
  const belfry = await startBelfry(config, { host: '127.0.0.1', port: 0 });
  return { address: belfry.address, token: belfry.operatorToken, stop: () => belfry.close() };
}
