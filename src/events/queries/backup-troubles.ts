import type { EventStore } from '../client.ts';
import { backupJobsSql } from './backup-jobs-sql.ts';
import { Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

export const TROUBLE_CAUSES = ['backup_failed', 'snapshot_failed', 'restore_failed', 'file_restore_failed'] as const;

/** How one entity fares at one kind of job: its last failures between two successes. Instants are microseconds since 1970. */
export interface BackupTrouble {
  readonly org: number;
  readonly cause: (typeof TROUBLE_CAUSES)[number];
  readonly entity_type: string;
  /** Id of the entity, or its name where it has none. */
  readonly entity: string;
  readonly entity_id: string;
  readonly entity_value: string;
  readonly parent_type: string;
  readonly parent_id: string;
  readonly parent_value: string;
  /** Failures since the last success before the last failure; 0 where nothing failed. */
  readonly failures: number;
  readonly first_us: number;
  readonly last_us: number;
  /** First success since then, 0 for none; where nothing failed the first of all. */
  readonly success_us: number;
  /** Of the last failure. */
  readonly message: string;
  readonly task: string;
  readonly task_type: string;
  readonly policy_name: string;
}

/** Batches after one up to another. */
export interface BackupTroublesQuestion {
  readonly after: number;
  readonly last: number;
  readonly organizationIds: readonly number[];
}

const CAUSE = `multiIf(category = 'backup', 'backup_failed', category = 'snapshot', 'snapshot_failed',
  category = 'restore' AND position(type, 'file_restore') > 0, 'file_restore_failed', 'restore_failed')`;

/** How those entities fare now of whose jobs the batches told an end. Jobs that name no entity are left out. */
export async function findBackupTroubles(store: EventStore, batches: BackupTroublesQuestion): Promise<BackupTrouble[]> {
  const conditions = new Conditions('t');
  const told = await store.query<{ org: number }>(
    `SELECT DISTINCT org FROM ${toldSql(conditions, batches)}`,
    conditions.build().parameters,
    { priority: 'bulk' },
  );
  // Most batches tell of no backups: then there is nothing to read all jobs for.
  return told.length === 0 ? [] : troublesOf(store, { ...batches, organizationIds: told.map(({ org }) => org) });
}

/** Rows whose state the batches told. */
function toldSql(conditions: Conditions, { after, last, organizationIds }: BackupTroublesQuestion): string {
  return `backup_jobs WHERE ${organizationsSql(conditions, organizationIds)}
    AND tupleElement(state, 'seq') > ${conditions.bind('UInt64', after)} AND tupleElement(state, 'seq') <= ${conditions.bind('UInt64', last)}`;
}

function troublesOf(store: EventStore, batches: BackupTroublesQuestion): Promise<BackupTrouble[]> {
  const { organizationIds } = batches;
  const filter = {
    statuses: ['completed', 'failed'],
    categories: ['backup', 'snapshot', 'restore', 'snapshot_restore'],
  };
  const { sql, parameters } = backupJobsSql({ organizationIds, filter });
  const conditions = new Conditions('t');
  const told = `SELECT id FROM ${toldSql(conditions, batches)}`;
  const jobs = `SELECT org, id, ${CAUSE} AS cause, primary_type AS entity_type,
      if(primary_id = '', primary_value, primary_id) AS entity, primary_id, primary_value, parent_type AS lives_type,
      parent_id AS lives_id, parent_value AS lives_value, status = 'failed' AS failed,
      toUnixTimestamp64Micro(assumeNotNull(ended_at)) AS at, message AS said, type AS kind, policy_name AS policy
    FROM (${sql}) WHERE entity != '' AND ended_at IS NOT NULL`;
  const entities = `SELECT org, cause, entity_type, entity, argMax(primary_id, at) AS entity_id,
      argMax(primary_value, at) AS entity_value, argMax(lives_type, at) AS parent_type, argMax(lives_id, at) AS parent_id,
      argMax(lives_value, at) AS parent_value, arraySort(groupArrayIf(at, failed)) AS fails,
      arraySort(groupArrayIf(at, NOT failed)) AS successes, argMaxIf(said, at, failed) AS message,
      argMaxIf(toString(id), at, failed) AS task, argMaxIf(kind, at, failed) AS task_type,
      argMaxIf(policy, at, failed) AS policy_name
    FROM (${jobs}) GROUP BY org, cause, entity_type, entity HAVING max(id IN (${told}))`;
  return store.query(
    `SELECT * EXCEPT (fails, successes, episode), length(episode) AS failures, arrayElement(episode, 1) AS first_us,
      arrayElement(episode, -1) AS last_us, arrayFirst(at -> at >= last_us, successes) AS success_us
    FROM (SELECT *, arrayFilter(at -> at > arrayLast(ok -> ok < arrayElement(fails, -1), successes), fails) AS episode
      FROM (${entities})) ORDER BY org, cause, entity_type, entity`,
    { ...parameters, ...conditions.build().parameters },
    { priority: 'bulk' },
  );
}
