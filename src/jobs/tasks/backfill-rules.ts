import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { backfill } from '../../core/detection/index.ts';
import type { JobKind } from '../job-kind.ts';

const PAYLOAD = z.object({ ruleIds: z.array(z.string()), sinceMs: z.number() });

/** Makes the alarms of the past of rules that were enabled with it. Run again it makes no second one. */
export function backfillRulesTask(context: Context): JobKind {
  return {
    maxAttempts: 5,
    leaseMs: 60_000,
    waitsForStores: true,
    run: (payload) => backfill(context, PAYLOAD.parse(payload)),
  };
}
