import { appendAudit } from '../../control/audit.ts';
import { inTransaction } from '../../control/transaction.ts';
import { recordDetections } from '../alarms/index.ts';
import type { Context } from '../context.ts';
import type { FailedRule } from './compile-rules.ts';
import { DETECTION } from './detect.ts';
import { pastMatches } from './past-matches.ts';
import { type LooseRule, storedRule } from './rule-set.ts';
import { DETECTOR } from './set-apart.ts';

/**
 * Makes the alarms that rules would have made had they been enabled then. Alarms that are there stay as they are. Rules that
 * were removed meanwhile make none. Where a rule fails by itself, the audit trail says so and the others go on.
 */
export async function backfill(
  context: Context,
  { ruleIds, sinceMs }: { readonly ruleIds: readonly string[]; readonly sinceMs: number },
): Promise<void> {
  for (const id of ruleIds) {
    const { rules } = await storedRule(context, id);
    for (const rule of rules) {
      const failed = (failure: FailedRule) => recordFailure(context, rule, failure, sinceMs);
      for await (const matches of pastMatches(context, rule, { sinceMs, failed })) {
        // How far detection has looked is not changed by a look back.
        await recordDetections(context, matches, { name: DETECTION, watermark: 0 });
      }
    }
  }
}

function recordFailure(
  { control }: Context,
  { rule }: LooseRule,
  { reason }: FailedRule,
  sinceMs: number,
): Promise<void> {
  return inTransaction(control.db, (trx) =>
    appendAudit(trx, {
      actor: DETECTOR,
      action: 'rule.backfill',
      objectType: 'rule',
      objectId: rule.id,
      objectLabel: rule.title,
      organizationId: null,
      result: 'failure',
      detail: { reason, since: new Date(sinceMs).toISOString() },
    }),
  );
}
