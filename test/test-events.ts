import { type EventStore, openEventStore, type StoreLimits } from '../src/events/client.ts';
import type { ClickHouse } from './clickhouse-server/server.ts';

/** Which engine the tests run over: `TEST_EVENTS=server` is a stand-in for a ClickHouse server, else the embedded one. */
export const OVER_SERVER = process.env.TEST_EVENTS === 'server';

/** `TEST_EVENTS=cluster` is what of a cluster can be had in one process. */
const OVER_CLUSTER = process.env.TEST_EVENTS === 'cluster';

const STAND_INS = new WeakMap<EventStore, ClickHouse>();

/** The server behind a store, to make trouble; for tests that run over one only. */
export function standInOf(store: EventStore): ClickHouse {
  const server = STAND_INS.get(store);
  if (server === undefined) throw new Error('this store is not on a server');
  return server;
}

/** The event store of a test in the directory `path`, over the engine that the environment names. */
export async function openTestEvents(path: string, limits: StoreLimits = {}): Promise<EventStore> {
  if (OVER_CLUSTER) return (await import('./sharded-events.ts')).openShardedEvents(path, limits);
  if (!OVER_SERVER) return openEventStore({ path, ...limits });
  const { startClickHouse } = await import('./clickhouse-server/server.ts');
  const server = await startClickHouse({ path });
  const store = await openEventStore({ url: server.url, ...limits });
  STAND_INS.set(store, server);
  const close = store.close.bind(store);
  store.close = async () => {
    await close();
    await server.close();
  };
  return store;
}
