import { type RecordedMatches, recordMatches } from '../../control/repos/alarm-matches.ts';
import { beginAlarmChange } from '../../control/repos/alarm-versions.ts';
import { advanceWatermark, type Watermark } from '../../control/repos/detection-state.ts';
import { listOrganizations } from '../../control/repos/organizations.ts';
import { enabledSuppressionRules } from '../../control/repos/suppression-rules.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import type { Alarm, AlarmMatch } from '../../model/alarm.ts';
import { isSuppressed } from '../../model/suppression.ts';
import type { Context } from '../context.ts';

/**
 * Makes alarms of what a detection found, and writes down how far it has looked: both or neither. Recording the same again
 * changes nothing. New alarms that a suppression rule matches arrive hidden and closed.
 */
export function recordDetections(
  context: Context,
  matches: readonly AlarmMatch[],
  seen: Watermark,
): Promise<RecordedMatches> {
  return inTransaction(context.control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    const suppressedBy = await suppressionInForce(trx);
    const recorded = await recordMatches(trx, matches, { change, nowMs: context.now(), suppressedBy });
    await advanceWatermark(trx, seen);
    return recorded;
  });
}

/** Tells alarms that arrive hidden. */
async function suppressionInForce(trx: Trx): Promise<(alarm: Alarm) => boolean> {
  const rules = await enabledSuppressionRules(trx);
  if (rules.length === 0) return () => false;
  const parents = new Map((await listOrganizations(trx)).map(({ id, parentId }) => [id, parentId]));
  return (alarm) => {
    for (let id: number | null = alarm.organizationId; id !== null; id = parents.get(id) ?? null) {
      if (rules.some((rule) => rule.organizationId === id && isSuppressed(alarm, rule.match))) return true;
    }
    return false;
  };
}
