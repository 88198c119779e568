import type { Entity, Task, TaskStatus } from '../../model/task.ts';
import { nextNumber } from '../counters.ts';
import type { TaskRow } from '../tables.ts';
import { type Db, inTransaction } from '../transaction.ts';

export interface NewTask {
  readonly type: string;
  readonly category: string;
  readonly organizationId: number;
  readonly abortable?: boolean;
  readonly primaryEntity?: Entity | null;
  readonly parentEntity?: Entity | null;
  readonly jobId?: string | null;
}

/** Records a task that waits to be done. In the transaction of what it is about, so that neither is there alone. */
export function createTask(db: Db, input: NewTask, now = new Date()): Promise<Task> {
  return insertTask(db, input, { status: 'queued', progress: 0, createdAt: now.toISOString() });
}

/** Records a task that was done in the very transaction it is recorded in. */
export function recordDoneTask(db: Db, input: NewTask, now = new Date()): Promise<Task> {
  const at = now.toISOString();
  return insertTask(db, input, { status: 'completed', progress: 100, createdAt: at, startedAt: at, endedAt: at });
}

interface Course {
  readonly status: TaskStatus;
  readonly progress: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

function insertTask(db: Db, input: NewTask, course: Course): Promise<Task> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('tasks')
      .values({
        ...course,
        id: await nextNumber(trx, 'task'),
        type: input.type,
        category: input.category,
        abortable: input.abortable ? 1 : 0,
        organizationId: input.organizationId,
        primaryEntity: input.primaryEntity ? JSON.stringify(input.primaryEntity) : null,
        parentEntity: input.parentEntity ? JSON.stringify(input.parentEntity) : null,
        jobId: input.jobId ?? null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toTask(row);
  });
}

export async function taskById(db: Db, id: number): Promise<Task | undefined> {
  const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toTask(row);
}

export async function tasksByIds(db: Db, ids: readonly number[]): Promise<Task[]> {
  if (ids.length === 0) return [];
  return (await db.selectFrom('tasks').selectAll().where('id', 'in', ids).execute()).map(toTask);
}

function toTask(row: TaskRow): Task {
  return {
    ...row,
    id: String(row.id),
    abortable: row.abortable === 1,
    primaryEntity: row.primaryEntity === null ? null : JSON.parse(row.primaryEntity),
    parentEntity: row.parentEntity === null ? null : JSON.parse(row.parentEntity),
  };
}
