import { appendAudit } from '../../control/audit.ts';
import { markAborting } from '../../control/repos/task-course.ts';
import { inTransaction } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { type PlacedTask, readTask } from './read-task.ts';

/**
 * Asks a task to stop; whoever does it ends it soon after. One that was asked before stays as it is. Permission `tasks:write`;
 * fails with `not_found`, and with `precondition_failed` for a task that has ended or cannot be stopped.
 */
export async function abortTask(context: Context, scope: Scope, id: string): Promise<PlacedTask> {
  requirePermission(scope, 'tasks:write');
  const { task } = await readTask(context, scope, id);
  const marked =
    task.abortable &&
    (await inTransaction(context.control.db, async (trx) => {
      if (!(await markAborting(trx, Number(task.id)))) return false;
      await appendAudit(trx, {
        actor: scope.actor,
        action: 'task.abort',
        objectType: 'task',
        objectId: task.id,
        objectLabel: task.type,
        organizationId: task.organizationId,
        result: 'success',
      });
      return true;
    }));
  const found = await readTask(context, scope, id);
  if (marked || found.task.status === 'aborting') return found;
  const why = task.abortable ? `it is ${found.task.status} already` : 'it is of a kind that cannot be stopped';
  throw new AppError('precondition_failed', { public: `task ${task.id} cannot be aborted: ${why}` });
}
