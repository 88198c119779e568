import { AppError } from '../model/errors.ts';
import type { EventStore } from './client.ts';
import { type ClusterLayout, clusterDatabases, clusterStatements } from './cluster-statements.ts';
import type { QueryParameters } from './parameters.ts';

const layouts = new WeakMap<object, ClusterLayout>();

/** Where things are on the store's cluster; undefined where the store is one server, or in the process. */
export async function layoutOf(store: EventStore): Promise<ClusterLayout | undefined> {
  if (store.cluster === null) return undefined;
  const known = layouts.get(store.identity);
  if (known !== undefined) return known;
  const layout = await readLayout(store, store.cluster);
  layouts.set(store.identity, layout);
  return layout;
}

async function readLayout(store: EventStore, cluster: string): Promise<ClusterLayout> {
  const [row] = await store.query<{ database: string }>('SELECT currentDatabase() AS database');
  const database = row?.database ?? 'default';
  if (!/^\w+$/.test(database)) {
    const reason = `its name may hold letters, digits and _, and this is ${JSON.stringify(database)}`;
    throw new AppError('unavailable', { public: `the database of events cannot be spread over a cluster: ${reason}` });
  }
  return { cluster, database, shardDatabase: `${database}_shard` };
}

/** Makes the databases of a cluster; nothing elsewhere. */
export async function prepareDatabases(store: EventStore): Promise<void> {
  const layout = await layoutOf(store);
  for (const statement of layout ? clusterDatabases(layout) : []) await store.command(statement);
}

/**
 * Runs a statement that makes, changes or drops a table or view, or deletes rows: as it is, or on all nodes of a cluster as
 * `clusterStatements` puts it.
 */
export async function runSchemaStatement(
  store: EventStore,
  statement: string,
  parameters: QueryParameters = {},
): Promise<void> {
  const layout = await layoutOf(store);
  for (const sql of layout ? clusterStatements(statement, layout) : [statement]) await store.command(sql, parameters);
}
