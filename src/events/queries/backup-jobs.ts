import type { BackupJob, BackupJobFilter, BackupJobOrder } from '../../model/backup-job.ts';
import type { Entity, TaskStatus } from '../../model/task.ts';
import type { EventStore } from '../client.ts';
import { type BackupJobsQuestion, backupJobsSql, orderSql } from './backup-jobs-sql.ts';

export interface BackupJobsPage {
  readonly order: BackupJobOrder;
  readonly limit: number;
  readonly offset: number;
}

/** Jobs of the organizations that the filter matches: how many there are, and those of the page, newest first. */
export async function listBackupJobs(
  store: EventStore,
  question: BackupJobsQuestion & { readonly page: BackupJobsPage },
): Promise<{ total: number; jobs: BackupJob[] }> {
  const { organizationIds, page } = question;
  const total = await countBackupJobs(store, question);
  if (page.offset >= total || page.limit === 0) return { total, jobs: [] };
  // Ids first: sorting reads a few columns of all jobs, and the rest of them for those of the page alone.
  const { sql, parameters } = backupJobsSql(question);
  const found = await store.query<{ id: string; created_us: number }>(
    `SELECT toString(id) AS id, toUnixTimestamp64Micro(created_at) AS created_us FROM (${sql}) ORDER BY ${orderSql(page.order)}
    LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
    { ...parameters, limit: page.limit, offset: page.offset },
    { settings: { prefer_column_name_to_alias: 1 } },
  );
  const times = found.map((job) => job.created_us);
  const created = { fromUs: Math.min(...times), toUs: Math.max(...times) + 1 };
  const ids = found.map(({ id }) => id);
  return { total, jobs: await readBackupJobs(store, organizationIds, { ids, created }, page.order) };
}

export async function countBackupJobs(store: EventStore, question: BackupJobsQuestion): Promise<number> {
  const { sql, parameters } = backupJobsSql(question);
  const [counted] = await store.query<{ total: number }>(`SELECT count() AS total FROM (${sql})`, parameters);
  return counted?.total ?? 0;
}

/** The job of that id in one of the organizations; undefined where none has it. */
export async function readBackupJob(
  store: EventStore,
  organizationIds: readonly number[],
  id: string,
): Promise<BackupJob | undefined> {
  const [job] = await readBackupJobs(store, organizationIds, { ids: [id] }, 'created');
  return job;
}

interface JobRow {
  id: string;
  org: number;
  source: string;
  job: string;
  category: string;
  type: string;
  status: TaskStatus;
  progress: number;
  message: string;
  created_us: number;
  started_us: number | null;
  ended_us: number | null;
  primary: Entity;
  parent: Entity;
  total_bytes: number | null;
  transferred_bytes: number | null;
  vault: string;
  policy_id: string;
  policy_name: string;
  kept_until_us: number | null;
}

/** Jobs that meet a filter, all of them. */
export async function readBackupJobs(
  store: EventStore,
  organizationIds: readonly number[],
  filter: BackupJobFilter,
  order: BackupJobOrder,
): Promise<BackupJob[]> {
  const { sql, parameters } = backupJobsSql({ organizationIds, filter }, order);
  const rows = await store.query<JobRow>(
    `SELECT * EXCEPT (id, created_at, started_at, ended_at, kept_until), toString(id) AS id,
      toUnixTimestamp64Micro(created_at) AS created_us, toUnixTimestamp64Micro(started_at) AS started_us,
      toUnixTimestamp64Micro(ended_at) AS ended_us, toUnixTimestamp64Micro(kept_until) AS kept_until_us,
      CAST(tuple(primary_id, primary_type, primary_value) AS Tuple(id String, type String, value String)) AS primary,
      CAST(tuple(parent_id, parent_type, parent_value) AS Tuple(id String, type String, value String)) AS parent
    FROM (${sql})`,
    parameters,
  );
  return rows.map(toJob);
}

function toJob(row: JobRow): BackupJob {
  return {
    id: row.id,
    organizationId: row.org,
    source: row.source,
    job: row.job,
    category: row.category,
    type: row.type,
    status: row.status,
    progress: row.progress,
    message: row.message,
    createdUs: row.created_us,
    startedUs: row.started_us,
    endedUs: row.ended_us,
    primaryEntity: known(row.primary),
    parentEntity: known(row.parent),
    bytes: row.total_bytes,
    transferred: row.transferred_bytes,
    vault: row.vault,
    policyId: row.policy_id,
    policyName: row.policy_name,
    keptUntilUs: row.kept_until_us,
  };
}

function known(entity: Entity): Entity | null {
  return entity.id === '' && entity.value === '' ? null : entity;
}
