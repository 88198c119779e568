import {
  clearDetectionFailure,
  type DetectionFailure,
  detectionFailure,
  recordDetectionFailure,
} from '../../control/repos/detection-state.ts';
import { countRulesSetApart } from '../../control/repos/rules.ts';
import { AppError } from '../../model/errors.ts';
import type { Context } from '../context.ts';
import { DETECTION, detectionLag } from './detect.ts';

/** How detection is doing, for all organizations together. */
export interface DetectionState {
  /** Batches that are loaded and that no rule has looked at yet. */
  readonly batchesBehind: number;
  /** Seconds since the first of them was loaded. */
  readonly secondsBehind: number;
  /** Since when every attempt failed, and the latest reason; null while it succeeds. */
  readonly failing: DetectionFailure | null;
  /** Enabled rules that are left out because they fail by themselves. */
  readonly rulesSetApart: number;
}

export async function detectionState(context: Pick<Context, 'control' | 'now'>): Promise<DetectionState> {
  const { db } = context.control;
  const { batches, seconds } = await detectionLag(context);
  return {
    batchesBehind: batches,
    secondsBehind: seconds,
    failing: (await detectionFailure(db, DETECTION)) ?? null,
    rulesSetApart: await countRulesSetApart(db),
  };
}

export async function noteFailure({ control, now }: Context, error: unknown): Promise<void> {
  const message = error instanceof AppError ? error.public : error instanceof Error ? error.message : String(error);
  const since = new Date(now()).toISOString();
  await recordDetectionFailure(control.db, DETECTION, { since, reason: message.slice(0, 300) });
}

export async function noteSuccess({ control }: Context): Promise<void> {
  await clearDetectionFailure(control.db, DETECTION);
}
