import type { TaskStatus } from '../../model/task.ts';
import type { TaskRow } from '../task-rows.ts';
import type { Db } from '../transaction.ts';

/** Which tasks; all that is given must hold, and an empty list is met by none. Instants are ISO 8601 with milliseconds. */
export interface TasksFilter {
  readonly organizationIds: readonly number[];
  readonly createdFrom: string;
  readonly createdBefore?: string;
  /** When it began; a task that did not yet is taken by its creation. */
  readonly startedFrom?: string;
  readonly startedBefore?: string;
  readonly ids?: readonly number[];
  readonly statuses?: readonly TaskStatus[];
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
}

export type FoundTask = Pick<TaskRow, 'id' | 'createdAt' | 'primaryEntity'>;

export async function findTasks(db: Db, filter: TasksFilter): Promise<FoundTask[]> {
  const { createdBefore, startedFrom, startedBefore, ids, statuses, categories, types } = filter;
  if ([ids, statuses, categories, types].some((list) => list?.length === 0)) return [];
  return db
    .selectFrom('tasks')
    .select(['id', 'createdAt', 'primaryEntity'])
    .where((where) => {
      const started = where.fn.coalesce('startedAt', 'createdAt');
      return where.and([
        where('organizationId', 'in', filter.organizationIds),
        where('createdAt', '>=', filter.createdFrom),
        ...(createdBefore === undefined ? [] : [where('createdAt', '<', createdBefore)]),
        ...(startedFrom === undefined ? [] : [where(started, '>=', startedFrom)]),
        ...(startedBefore === undefined ? [] : [where(started, '<', startedBefore)]),
        ...(ids === undefined ? [] : [where('id', 'in', ids)]),
        ...(statuses === undefined ? [] : [where('status', 'in', statuses)]),
        ...(categories === undefined ? [] : [where('category', 'in', categories)]),
        ...(types === undefined ? [] : [where('type', 'in', types)]),
      ]);
    })
    .execute();
}
