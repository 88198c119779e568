import { horizon } from '../../control/ledger.ts';
import { type CommittedSlice, nextSlice } from '../../control/repos/batch-slices.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import { type DetectionDelay, detectionDelay } from '../../control/repos/operation-figures.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import { recordDetections } from '../alarms/index.ts';
import type { Context } from '../context.ts';
import type { FailedRule } from './compile-rules.ts';
import { findMatches, SliceTooLarge } from './find-matches.ts';
import { type CurrentRules, currentRules } from './rule-set.ts';
import { setApart } from './set-apart.ts';

/** Under this name the control plane keeps how far detection has looked. */
export const DETECTION = 'rules';

/** Events looked at between two looks at the watermark; and where a rule takes too much of so many, the next fewer. At last one batch. */
const RECORDS_AT_ONCE = [500_000, 50_000, 5_000, 1];

export interface Detected {
  /** Number of the last batch that has been looked at. */
  readonly seen: number;
  /** Batches that were ready to be looked at when this began. */
  readonly horizon: number;
  readonly created: number;
  /** Rules that failed and are left out from now on. */
  readonly setApart: readonly FailedRule[];
}

/**
 * Looks at the next batches that no detection has seen, with all enabled rules, and makes alarms of what it finds. What was
 * found and how far it looked are written down together: cut short at any moment, it looks again and finds the same. A rule
 * that fails by itself is set apart, and the others go on.
 */
export async function detect(context: Context): Promise<Detected> {
  const { db } = context.control;
  const seen = await watermarkOf(db, DETECTION);
  const ready = await horizon(db);
  if (ready <= seen) return { seen, horizon: ready, created: 0, setApart: [] };
  const { slice, matches, failed } = await lookAt(context, { seen, ready });
  const { created } = await recordDetections(context, matches, {
    name: DETECTION,
    watermark: slice.last,
    from: seen,
  });
  return { seen: slice.last, horizon: ready, created: created.length, setApart: failed };
}

/** How far it is behind what is ready for it. */
export function detectionLag({ control: { db }, now }: Pick<Context, 'control' | 'now'>): Promise<DetectionDelay> {
  return detectionDelay(db, DETECTION, now());
}

interface Looked {
  readonly slice: CommittedSlice;
  readonly matches: readonly AlarmMatch[];
  readonly failed: readonly FailedRule[];
}

async function lookAt(context: Context, { seen, ready }: { seen: number; ready: number }): Promise<Looked> {
  const { db } = context.control;
  const sliceOf = (records: number) => nextSlice(db, { after: seen, horizon: ready, records });
  const suspects = new Set<string>();
  const failed: FailedRule[] = [];
  for (const records of RECORDS_AT_ONCE) {
    const slice = await sliceOf(records);
    if (slice.organizationIds.length === 0) return { slice, matches: [], failed };
    const mayShrink = async () => records > 1 && (await sliceOf(1)).last < slice.last;
    try {
      return { slice, matches: await search(context, { slice, mayShrink, suspects, failed }), failed };
    } catch (error) {
      if (!(error instanceof SliceTooLarge)) throw error;
      suspects.add(error.ruleId);
    }
  }
  throw new Error('there is no slice smaller than one batch');
}

interface Look {
  readonly slice: CommittedSlice;
  readonly mayShrink: () => Promise<boolean>;
  readonly suspects: ReadonlySet<string>;
  /** Rules that are set apart are added. */
  readonly failed: FailedRule[];
}

async function search(context: Context, { slice, mayShrink, suspects, failed }: Look): Promise<AlarmMatch[]> {
  const current = await currentRules(context, slice.after + 1);
  failed.push(...current.setApart);
  return findMatches(context, {
    rules: current.rules,
    slice,
    mayShrink,
    suspects,
    async failed(rule) {
      // At once: what is found out must not be lost where a store fails later.
      await setApart(context, rule, { ...compiledOf(current, rule), fromBatch: slice.after + 1 });
      failed.push(rule);
    },
  });
}

function compiledOf({ compiled }: CurrentRules, { ruleId }: FailedRule) {
  const found = compiled(ruleId);
  if (found === undefined) throw new Error(`rule ${ruleId} is none of those that were looked for`);
  return found;
}
