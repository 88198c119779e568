import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Belfry, belfryOn } from './belfry-process.ts';
import { type ClickHouseProcess, startClickHouseProcess } from './clickhouse-server/start-process.ts';
import { type PostgresServer, startPostgres } from './postgres-server/start-postgres.ts';

/** Stores on servers, for Belfry processes to share: a PostgreSQL, and a stand-in for ClickHouse in a process of its own. */
export interface ServerStores {
  /** What tells a process where they are. */
  readonly env: Readonly<Record<'BELFRY_EVENTS_URL' | 'BELFRY_CONTROL_URL' | 'BELFRY_TOKEN_KEY', string>>;
  readonly postgres: PostgresServer;
  readonly clickhouse: ClickHouseProcess;
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
  const clickhouse = await startClickHouseProcess(join(folder, 'clickhouse'));
  return {
    env: {
      BELFRY_EVENTS_URL: clickhouse.url,
      BELFRY_CONTROL_URL: postgres.urlOf('belfry'),
      BELFRY_TOKEN_KEY: 'a key that all processes of a test share',
    },
    postgres,
    clickhouse,
    async stop() {
      await clickhouse.stop();
      await postgres.remove();
    },
  };
}

/** Belfry over stores on servers, all in a folder of the test's own. */
export interface ServedBelfry {
  readonly folder: string;
  readonly stores: ServerStores;
  readonly belfry: Belfry;
  /** Stop the servers first that were started. */
  close(): Promise<void>;
}

/** @param settings environment of everything that is run, besides what tells where the stores are */
export async function openServedBelfry(settings: Readonly<Record<string, string>>): Promise<ServedBelfry> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-served-'));
  const stores = await startServerStores(folder);
  return {
    folder,
    stores,
    belfry: belfryOn(join(folder, 'data'), { ...stores.env, ...settings }),
    async close() {
      await stores.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
