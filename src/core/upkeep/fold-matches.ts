import { watermarkOf } from '../../control/repos/detection-state.ts';
import { foldMatches as fold } from '../../control/repos/folded-matches.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { Context } from '../context.ts';
import { DETECTION } from '../detection/detect.ts';

/** Events that come later than this are rare, and what they change about a correlation is little. */
const APART_MS = 35 * DAY_MS;

/** Keeps what batches added to alarms as one sum an alarm, 35 days after they were committed; answers how many batches. */
export async function foldMatches({ control: { db }, now }: Context): Promise<number> {
  return fold(db, { committedBefore: new Date(now() - APART_MS), seen: await watermarkOf(db, DETECTION) });
}
