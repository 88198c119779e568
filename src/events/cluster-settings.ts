import type { Settings } from './settings.ts';

/** What every statement of a store on a cluster runs with (docs/decisions/0015-events-on-a-cluster.md). */
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
  // A changed table is changed on all replicas before the table that stands before them is made anew.
  alter_sync: 2,
};

/** What rows are deleted with. */
export const CLUSTER_DELETE_SETTINGS: Settings = {
  // A node that is away deletes when it is back; nobody waits for it longer than `distributed_ddl_task_timeout`.
  distributed_ddl_output_mode: 'null_status_on_timeout',
  // Backup jobs go by a subquery. All rows of a job are on one shard, and its replicas settle on one result.
  allow_nondeterministic_mutations: 1,
};
