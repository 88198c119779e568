import { configurationById, dueConfigurations, passDueTime } from '../../control/repos/compliance-configurations.ts';
import { bookRun } from '../../control/repos/compliance-runs.ts';
import { inTransaction } from '../../control/transaction.ts';
import { attemptEach } from '../../kit/attempt-each.ts';
import { DEFAULT_SCHEDULE } from '../../model/compliance.ts';
import type { Actor } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { nextRunAt } from './next-run.ts';
import { defaultName } from './runs.ts';

const SCHEDULE: Actor = { type: 'system', id: 'compliance', label: 'compliance schedule', from: 'local', via: 'jobs' };

/**
 * Books a run of every configuration that is due, once however many of its times have passed meanwhile, and however many
 * processes do this. Answers how many.
 *
 * @throws after all others are booked, for those that cannot be: what is stored of them cannot be read, or is never due
 */
export async function queueDueRuns(context: Context): Promise<number> {
  const now = new Date(context.now());
  let booked = 0;
  await attemptEach(await dueConfigurations(context.control.db, now), async (id) => {
    try {
      if (await queueRun(context, id, now)) booked += 1;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`compliance report configuration ${id}: ${reason}`, { cause: error });
    }
  });
  return booked;
}

/** False where another process has, or the configuration was changed. */
async function queueRun({ control: { db } }: Context, id: string, now: Date): Promise<boolean> {
  const configuration = await configurationById(db, id);
  if (configuration === undefined) return false;
  const next = nextRunAt(configuration.schedule ?? DEFAULT_SCHEDULE, now);
  return inTransaction(db, async (trx) => {
    if (Date.parse(configuration.nextRunAt) > now.getTime()) return false;
    if (!(await passDueTime(trx, configuration, next))) return false;
    await bookRun(trx, { configuration, name: defaultName(configuration, now), actor: SCHEDULE }, now);
    return true;
  });
}
