import { type RecordedMatches, recordMatches } from '../../control/repos/alarm-matches.ts';
import { beginAlarmChange } from '../../control/repos/alarm-versions.ts';
import { advanceWatermark, type Watermark } from '../../control/repos/detection-state.ts';
import { inTransaction } from '../../control/transaction.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import type { Context } from '../context.ts';
import { suppressionInForce } from './suppression-in-force.ts';

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
