import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PostgresServer, startPostgres } from './postgres-server/start-postgres.ts';

const STAND_IN = fileURLToPath(new URL('./clickhouse-server/main.ts', import.meta.url));

/** Stores on servers, for Belfry processes to share: a PostgreSQL, and a stand-in for ClickHouse in a process of its own. */
export interface ServerStores {
  /** What tells a process where they are. */
  readonly env: Readonly<Record<'BELFRY_EVENTS_URL' | 'BELFRY_CONTROL_URL' | 'BELFRY_TOKEN_KEY', string>>;
  readonly postgres: PostgresServer;
  stop(): Promise<void>;
}

/**
 * @param folder of the test's own; the events are kept in it
 * @param settings of PostgreSQL, which is otherwise quick and not safe
 */
export async function startServerStores(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerStores> {
  const postgres = await startPostgres(settings);
  await postgres.query(`create database belfry template template0 encoding 'UTF8'`);
  const clickhouse = await startStandIn(join(folder, 'clickhouse'));
  return {
    env: {
      BELFRY_EVENTS_URL: clickhouse.url,
      BELFRY_CONTROL_URL: postgres.urlOf('belfry'),
      BELFRY_TOKEN_KEY: 'a key that all processes of a test share',
    },
    postgres,
    async stop() {
      const ended = once(clickhouse.process, 'exit');
      clickhouse.process.kill('SIGTERM');
      await ended;
      await postgres.remove();
    },
  };
}

async function startStandIn(path: string): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, ['--import', 'tsx', STAND_IN, '--path', path], {
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  return { url: String(said).trim(), process: child };
}
