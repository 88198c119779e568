import type { EventStore } from '../client.ts';
import { type BackupJobsQuestion, backupJobsSql } from './backup-jobs-sql.ts';

/** A task that is no backup job, as far as its place in a list goes. */
export interface OtherTask {
  readonly id: number;
  readonly createdUs: number;
}

export interface TaskPlace {
  readonly id: string;
  readonly createdUs: number;
  readonly isJob: boolean;
}

/**
 * Which tasks a page of a list has in which backup jobs and other tasks stand side by side: the newest first, of one moment
 * those with the greater id.
 */
export async function pageOfTasks(
  store: EventStore,
  jobs: BackupJobsQuestion,
  { others, limit, offset }: { readonly others: readonly OtherTask[]; readonly limit: number; readonly offset: number },
): Promise<TaskPlace[]> {
  const { sql, parameters } = backupJobsSql(jobs);
  const rows = await store.query<{ id: string; created_us: number; is_job: number }>(
    `SELECT toString(t.task_id) AS id, t.created_us AS created_us, t.is_job AS is_job FROM (
      SELECT id AS task_id, toUnixTimestamp64Micro(created_at) AS created_us, 1 AS is_job FROM (${sql})
      UNION ALL
      SELECT other.1 AS task_id, other.2 AS created_us, 0 AS is_job
      FROM (SELECT arrayJoin(arrayZip({other_ids:Array(UInt64)}, {other_times:Array(Int64)})) AS other)
    ) AS t ORDER BY t.created_us DESC, t.task_id DESC LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
    {
      ...parameters,
      other_ids: others.map(({ id }) => id),
      other_times: others.map(({ createdUs }) => createdUs),
      limit,
      offset,
    },
  );
  return rows.map(({ id, created_us: createdUs, is_job: isJob }) => ({ id, createdUs, isJob: isJob === 1 }));
}
