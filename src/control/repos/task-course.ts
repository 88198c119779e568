import type { TaskStatus } from '../../model/task.ts';
import type { Trx } from '../transaction.ts';

// How a task goes on. `queued → in_progress → completed | failed`, and from either of the first two `→ aborting → aborted`.

const LIVE: readonly TaskStatus[] = ['queued', 'in_progress', 'aborting'];

/** Marks a task as begun, or begun again; answers where it stands: `aborting` where it shall not be begun. */
export async function startTask(trx: Trx, id: number, now: Date): Promise<TaskStatus> {
  await trx
    .updateTable('tasks')
    .set((set) => ({
      status: 'in_progress',
      startedAt: set.fn.coalesce('startedAt', set.val(now.toISOString())),
    }))
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'in_progress'])
    .execute();
  const { status } = await trx.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirstOrThrow();
  return status;
}

export interface TaskEnd {
  readonly status: 'completed' | 'failed' | 'aborted';
  /** Why it failed, for people. */
  readonly error?: string;
}

/** Ends a task. False when it had ended before: its end stands. */
export async function endTask(trx: Trx, id: number, { status, error }: TaskEnd, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('tasks')
    .set({ status, error: error ?? null, endedAt: now.toISOString(), ...(status === 'completed' && { progress: 100 }) })
    .where('id', '=', id)
    // Who asked to stop it was told that it stops.
    .where('status', 'in', status === 'completed' ? LIVE.filter((live) => live !== 'aborting') : LIVE)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Asks a task to stop; whoever does it ends it. False unless it can be aborted and is about to be or being done. */
export async function markAborting(trx: Trx, id: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('tasks')
    .set({ status: 'aborting' })
    .where('id', '=', id)
    .where('abortable', '=', 1)
    .where('status', 'in', ['queued', 'in_progress'])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
