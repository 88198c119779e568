import { readTask } from '../../../core/tasks/read-task.ts';
import type { Answer, Call } from '../call.ts';
import { toTask } from '../mapping/task.ts';
import type { Resource } from '../resource.ts';
import { task } from '../schemas.ts';
import { unitName } from '../units.ts';

/** Section 3. */
export const tasks: Resource = {
  name: 'tasks',
  newest: 1,
  operations: [
    {
      id: 'read-task',
      method: 'GET',
      path: '/tasks/{task_id}',
      permission: 'tasks:read',
      answer: answerTask,
      description: { summary: 'How far a task is', tag: 'Tasks', answers: { 200: task } },
    },
  ],
};

async function answerTask({ context, scope, root, params }: Call): Promise<Answer> {
  const found = await readTask(context, scope, params.task_id ?? '');
  return { body: toTask(found.task, unitName(found.organization, root.id).id) };
}
