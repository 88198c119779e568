import { horizon } from '../../control/ledger.ts';
import { listOrganizations } from '../../control/repos/organizations.ts';
import type { DetectionRule } from '../../detect/index.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import type { Context } from '../context.ts';
import { muteMsOf } from './alarm-rule.ts';
import type { FailedRule, RuleSet } from './compile-rules.ts';
import { findMatches, type Search } from './find-matches.ts';

/** Event time that is looked at in one go. */
const WEEK_MS = 7 * DAY_MS;

/**
 * What one rule makes of the events of the past, a piece at a time. It begins where an alarm of the rule may begin, at or before
 * `sinceMs`, so that no alarm is seen in part. It ends where the rule fails.
 */
export async function* pastMatches(
  context: Context,
  { rule, rules }: { readonly rule: DetectionRule; readonly rules: RuleSet },
  { sinceMs, failed }: { readonly sinceMs: number } & Pick<Search, 'failed'>,
): AsyncGenerator<AlarmMatch[], void> {
  const { db } = context.control;
  const muteMs = muteMsOf(rule);
  const pieceMs = muteMs * Math.max(1, Math.floor(WEEK_MS / muteMs));
  const last = await horizon(db);
  const organizationIds = (await listOrganizations(db)).map(({ id }) => id);
  // Events may lie a little ahead of our clock.
  const endMs = context.now() + DAY_MS;
  for (let fromMs = Math.floor(sinceMs / muteMs) * muteMs; fromMs < endMs; fromMs += pieceMs) {
    const span = { fromUs: fromMs * 1000, toUs: (fromMs + pieceMs) * 1000 };
    let failure: FailedRule | undefined;
    const search = {
      rules,
      slice: { after: 0, last, organizationIds, span },
      failed: async (found: FailedRule) => {
        failure = found;
      },
    };
    const matches = await findMatches(context, search);
    if (failure !== undefined) return failed(failure);
    yield matches;
  }
}
