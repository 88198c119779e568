import type { Context } from '../../core/context.ts';
import { forgetSupersededAlarms } from '../../core/upkeep/forget-superseded-alarms.ts';
import type { JobKind } from '../job-kind.ts';

export function forgetSupersededAlarmsTask(context: Context): JobKind {
  return {
    maxAttempts: 5,
    leaseMs: 60_000,
    run: async () => {
      await forgetSupersededAlarms(context);
    },
  };
}
