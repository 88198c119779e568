import { descendantIds } from '../../control/repos/organizations.ts';
import { taskById } from '../../control/repos/tasks.ts';
import { readBackupJob } from '../../events/queries/backup-jobs.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { tryEnterOrganization } from '../orgs/enter-organization.ts';
import { requirePermission } from '../permission.ts';
import { taskOfJob } from './task-of-job.ts';

/** A task and the organization it belongs to. */
export interface PlacedTask {
  readonly task: Task;
  readonly organization: Organization;
}

/**
 * A task of an organization or of one below it, a backup job or Belfry's own. Fails with `not_found`, also for what is out of
 * reach.
 */
export async function readTask(context: Context, scope: Scope, id: string): Promise<PlacedTask> {
  requirePermission(scope, 'tasks:read');
  const task = await find(context, scope, id);
  const caller = { ...scope, root: scope.organization };
  const entered = task && (await tryEnterOrganization(context, caller, task.organizationId));
  if (task !== undefined && entered !== undefined) return { task, organization: entered.organization };
  throw new AppError('not_found', { public: 'there is no such task' });
}

/** Ids of backup jobs begin here, and Belfry's own end before. */
const FIRST_JOB_ID = 2 ** 40;

async function find({ control: { db }, events }: Context, scope: Scope, id: string): Promise<Task | undefined> {
  if (!/^[1-9]\d{0,15}$/.test(id)) return undefined;
  if (Number(id) < FIRST_JOB_ID) return taskById(db, Number(id));
  const { id: root } = scope.organization;
  const job = await readBackupJob(events, [root, ...(await descendantIds(db, root))], id);
  return job && taskOfJob(job);
}
