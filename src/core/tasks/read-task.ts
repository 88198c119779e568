import { taskById } from '../../control/repos/tasks.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { tryEnterOrganization } from '../orgs/enter-organization.ts';
import { requirePermission } from '../permission.ts';

/** A task and the organization it belongs to. */
export interface PlacedTask {
  readonly task: Task;
  readonly organization: Organization;
}

/** A task of an organization or of one below it. Fails with `not_found`, also for what is out of reach. */
export async function readTask(context: Context, scope: Scope, id: string): Promise<PlacedTask> {
  requirePermission(scope, 'tasks:read');
  const task = /^[1-9]\d{0,14}$/.test(id) ? await taskById(context.control.db, Number(id)) : undefined;
  const caller = { ...scope, root: scope.organization };
  const entered = task && (await tryEnterOrganization(context, caller, task.organizationId));
  if (task !== undefined && entered !== undefined) return { task, organization: entered.organization };
  throw new AppError('not_found', { public: 'there is no such task' });
}
