import { type RecordedMatches, recordMatches } from '../../control/repos/alarm-matches.ts';
import { beginAlarmChange } from '../../control/repos/alarm-versions.ts';
import { advanceWatermark, type Watermark } from '../../control/repos/detection-state.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
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
    // Most batches hold nothing that a rule looks for.
    const recorded = matches.length === 0 ? NOTHING : await record(trx, context, matches);
    await advanceWatermark(trx, seen);
    return recorded;
  });
}

const NOTHING: RecordedMatches = { created: [], changed: [] };

async function record(trx: Trx, context: Context, matches: readonly AlarmMatch[]): Promise<RecordedMatches> {
  const change = await beginAlarmChange(trx);
  const suppressedBy = await suppressionInForce(trx);
  return recordMatches(trx, matches, { change, nowMs: context.now(), suppressedBy });
}
