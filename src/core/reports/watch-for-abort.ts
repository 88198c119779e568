import { taskById } from '../../control/repos/tasks.ts';
import type { Context } from '../context.ts';

/** How often to ask, while a report is written, whether anybody still wants it. */
const POLL_MS = 500;

/** A signal that is aborted when somebody asks the task to stop. */
export function watchForAbort(context: Context, taskId: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const look = async () => {
    const task = await taskById(context.control.db, Number(taskId));
    if (task?.status === 'aborting') controller.abort(new Error('the task was asked to stop'));
  };
  // A look that fails is repeated; publishing looks once more.
  const timer = setInterval(() => void look().catch(() => undefined), POLL_MS);
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
