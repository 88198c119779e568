import { type FoundTask, findTasks } from '../../control/repos/find-tasks.ts';
import { descendantsOf } from '../../control/repos/organizations.ts';
import { tasksByIds } from '../../control/repos/tasks.ts';
import { countBackupJobs, readBackupJobs } from '../../events/queries/backup-jobs.ts';
import { pageOfTasks, type TaskPlace } from '../../events/queries/task-page.ts';
import { sortableInstant } from '../../kit/sortable-instant.ts';
import type { BackupJobFilter } from '../../model/backup-job.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import { type Entity, TASK_STATUSES, type Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import type { PlacedTask } from './read-task.ts';
import { taskOfJob } from './task-of-job.ts';

/** Members must all hold; an empty list matches nothing. */
export type TaskFilter = Pick<
  BackupJobFilter,
  | 'ids'
  | 'created'
  | 'started'
  | 'statuses'
  | 'categories'
  | 'types'
  | 'primaryIds'
  | 'primaryIdsContaining'
  | 'primaryValues'
  | 'primaryValuesContaining'
>;

export interface TasksQuestion {
  readonly filter: TaskFilter;
  /** Backup jobs alone, or all other tasks alone. */
  readonly genres?: readonly TaskGenre[];
}

/** `operational` is work on what is protected, `administrative` what Belfry does by itself. */
export type TaskGenre = 'operational' | 'administrative';

/** How far back lists of tasks go. */
const MONTHS = 6;

/**
 * Tasks of an organization and of those below it, created in the last six months: backup jobs and Belfry's own in one list,
 * newest first, of one moment those with the greater id. Permission `tasks:read`.
 */
export async function listTasks(
  context: Context,
  scope: Scope,
  { filter, genres = ['operational', 'administrative'] }: TasksQuestion,
  rows: { readonly limit: number; readonly offset: number },
): Promise<{ total: number; tasks: PlacedTask[] }> {
  requirePermission(scope, 'tasks:read');
  const organizations = await organizationsIn(context, scope);
  const ids = [...organizations.keys()];
  const created = { ...filter.created, fromUs: Math.max(filter.created?.fromUs ?? 0, oldestUs(context.now())) };
  const question = { ...filter, created };
  const jobs = { organizationIds: genres.includes('operational') ? ids : [], filter: question };
  const own = genres.includes('administrative') ? await ownTasks(context, ids, question) : [];
  const total = own.length + (await countBackupJobs(context.events, jobs));
  if (rows.offset >= total) return { total, tasks: [] };
  const others = own.map(({ id, createdAt }) => ({ id, createdUs: Date.parse(createdAt) * 1000 }));
  const places = await pageOfTasks(context.events, jobs, { others, ...rows });
  const tasks = await tasksAt(context, ids, places);
  return { total, tasks: tasks.flatMap((task) => placed(task, organizations)) };
}

async function organizationsIn(context: Context, scope: Scope): Promise<ReadonlyMap<number, Organization>> {
  const below = await descendantsOf(context.control.db, scope.organization.id);
  return new Map([scope.organization, ...below].map((organization) => [organization.id, organization]));
}

function placed(task: Task, organizations: ReadonlyMap<number, Organization>): PlacedTask[] {
  const organization = organizations.get(task.organizationId);
  return organization === undefined ? [] : [{ task, organization }];
}

function oldestUs(nowMs: number): number {
  const date = new Date(nowMs);
  return date.setUTCMonth(date.getUTCMonth() - MONTHS) * 1000;
}

async function ownTasks(context: Context, organizationIds: number[], filter: TaskFilter): Promise<FoundTask[]> {
  const { created, started, ids, statuses, categories, types } = filter;
  const found = await findTasks(context.control.db, {
    organizationIds,
    createdFrom: instantFrom(created?.fromUs ?? 0),
    ...(created?.toUs !== undefined && { createdBefore: instantFrom(created.toUs) }),
    ...(started?.fromUs !== undefined && { startedFrom: instantFrom(started.fromUs) }),
    ...(started?.toUs !== undefined && { startedBefore: instantFrom(started.toUs) }),
    ...(ids && { ids: ids.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number) }),
    ...(statuses && { statuses: TASK_STATUSES.filter((status) => statuses.includes(status)) }),
    ...(categories && { categories }),
    ...(types && { types }),
  });
  return found.filter(({ primaryEntity }) =>
    isAbout(primaryEntity === null ? null : JSON.parse(primaryEntity), filter),
  );
}

/** The first millisecond at or after an instant. */
function instantFrom(us: number): string {
  return sortableInstant(Math.ceil(us / 1000));
}

function isAbout(entity: Entity | null, filter: TaskFilter): boolean {
  const { id = '', value = '' } = entity ?? {};
  return (
    (filter.primaryIds?.includes(id) ?? true) &&
    (filter.primaryIdsContaining?.some((part) => contains(id, part)) ?? true) &&
    (filter.primaryValues?.includes(value) ?? true) &&
    (filter.primaryValuesContaining?.some((part) => contains(value, part)) ?? true)
  );
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The tasks at some places of a list, in their order. */
async function tasksAt(context: Context, organizationIds: number[], places: readonly TaskPlace[]): Promise<Task[]> {
  const jobs = places.filter(({ isJob }) => isJob);
  const own = places.filter(({ isJob }) => !isJob);
  const times = jobs.map(({ createdUs }) => createdUs);
  const created = { fromUs: Math.min(...times), toUs: Math.max(...times) + 1 };
  const filter = { ids: jobs.map(({ id }) => id), created };
  const found = jobs.length === 0 ? [] : await readBackupJobs(context.events, organizationIds, filter, 'created');
  const owned = await tasksByIds(
    context.control.db,
    own.map(({ id }) => Number(id)),
  );
  const byId = new Map([...found.map(taskOfJob), ...owned].map((task) => [task.id, task]));
  return places.flatMap(({ id }) => byId.get(id) ?? []);
}
