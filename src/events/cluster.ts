import type { EventStore, Settings } from './client.ts';
import { type ClusterLayout, clusterDatabases, clusterStatements } from './cluster-statements.ts';
import type { QueryParameters } from './parameters.ts';

/**
 * What every statement of a store on a cluster runs with (docs/decisions/0015-events-on-a-cluster.md says why).
 */
export const CLUSTER_SETTINGS: Settings = {
  // An insert returns when its shard has it, not when it is queued for the shard on the disk of whoever took it.
  distributed_foreground_insert: 1,
  // More than half of a shard's replicas have a batch before it counts as stored and its spool file is removed.
  insert_quorum: 'auto',
  // Several batches load at once.
  insert_quorum_parallel: 1,
  // Whichever node is asked, it reads where it wrote: the first replica of the shard that answers.
  load_balancing: 'in_order',
  prefer_localhost_replica: 0,
  // A subquery of IN or JOIN runs once over all shards; left to the shards it would see what each of them holds.
  distributed_product_mode: 'global',
  prefer_global_in_and_join: 1,
  // One organization is on one shard: pages about it leave the others alone.
  optimize_skip_unused_shards: 1,
  // A schema statement returns when all replicas have applied it; where one is away it is left to do it when it is back.
  alter_sync: 2,
  distributed_ddl_output_mode: 'null_status_on_timeout',
  // Retention deletes backup jobs by a subquery. All rows of a job are on one shard, and replicas settle on one result.
  allow_nondeterministic_mutations: 1,
};

const layouts = new WeakMap<object, Promise<ClusterLayout>>();

/** Where things are on the store's cluster; undefined where the store is one server, or in the process. */
export async function layoutOf(store: EventStore): Promise<ClusterLayout | undefined> {
  if (store.cluster === null) return undefined;
  const known = layouts.get(store.identity) ?? readLayout(store, store.cluster);
  layouts.set(store.identity, known);
  return known;
}

async function readLayout(store: EventStore, cluster: string): Promise<ClusterLayout> {
  const [row] = await store.query<{ database: string }>('SELECT currentDatabase() AS database');
  const database = row?.database ?? 'default';
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
