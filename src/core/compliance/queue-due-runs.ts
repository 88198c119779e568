import { dueConfigurations, passDueTime } from '../../control/repos/compliance-configurations.ts';
import { bookRun } from '../../control/repos/compliance-runs.ts';
import { inTransaction } from '../../control/transaction.ts';
import { DEFAULT_SCHEDULE } from '../../model/compliance.ts';
import type { Actor } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { nextRunAt } from './next-run.ts';
import { defaultName } from './runs.ts';

const SCHEDULE: Actor = { type: 'system', id: 'compliance', label: 'compliance schedule', from: 'local', via: 'jobs' };

const AT_ONCE = 100;

/**
 * Books a run of every configuration that is due, once however many of its times have passed meanwhile, and however many
 * processes do this. Answers how many.
 */
export async function queueDueRuns(context: Context): Promise<number> {
  const { db } = context.control;
  for (let booked = 0; ; ) {
    const now = new Date(context.now());
    const due = await dueConfigurations(db, now, AT_ONCE);
    for (const configuration of due) {
      const next = nextRunAt(configuration.schedule ?? DEFAULT_SCHEDULE, now);
      await inTransaction(db, async (trx) => {
        if (!(await passDueTime(trx, configuration, next))) return;
        await bookRun(trx, { configuration, name: defaultName(configuration, now), actor: SCHEDULE }, now);
        booked += 1;
      });
    }
    if (due.length < AT_ONCE) return booked;
  }
}
