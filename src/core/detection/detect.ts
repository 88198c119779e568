import { horizon } from '../../control/ledger.ts';
import { nextSlice } from '../../control/repos/batch-slices.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import { type DetectionDelay, detectionDelay } from '../../control/repos/operation-figures.ts';
import { listOrganizations } from '../../control/repos/organizations.ts';
import { SCANS } from '../../detect/index.ts';
import { findCorrelatedMatches, touchedStretches } from '../../events/queries/correlated-matches.ts';
import { type BatchSlice, findRuleMatches, type MatchRow, presentIn } from '../../events/queries/rule-matches.ts';
import type { AlarmMatch, AlarmRule } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import { recordDetections } from '../alarms/index.ts';
import type { Context } from '../context.ts';
import type { RuleSet } from './compile-rules.ts';
import { currentRules } from './rule-set.ts';
import { type FoundRow, toMatches } from './to-matches.ts';

/** Under this name the control plane keeps how far detection has looked. */
export const DETECTION = 'rules';

/** Events looked at between two looks at the watermark. */
const RECORDS_AT_ONCE = 500_000;

export interface Detected {
  /** Number of the last batch that has been looked at. */
  readonly seen: number;
  /** Batches that were ready to be looked at when this began. */
  readonly horizon: number;
  readonly created: number;
}

/**
 * Looks at the next batches that no detection has seen, with all enabled rules, and makes alarms of what it finds. What was
 * found and how far it looked are written down together: cut short at any moment, it looks again and finds the same.
 */
export async function detect(context: Context): Promise<Detected> {
  const { db } = context.control;
  const seen = await watermarkOf(db, DETECTION);
  const ready = await horizon(db);
  if (ready <= seen) return { seen, horizon: ready, created: 0 };
  const slice = await nextSlice(db, { after: seen, horizon: ready, records: RECORDS_AT_ONCE });
  const matches =
    slice.organizationIds.length === 0 ? [] : await findMatches(context, await currentRules(context), slice);
  const { created } = await recordDetections(context, matches, {
    name: DETECTION,
    watermark: slice.last,
    from: seen,
  });
  return { seen: slice.last, horizon: ready, created: created.length };
}

/** How far it is behind what is ready for it. */
export function detectionLag({ control: { db }, now }: Pick<Context, 'control' | 'now'>): Promise<DetectionDelay> {
  return detectionDelay(db, DETECTION, now());
}

/** What the rules say of the events of a slice. Changes nothing. */
export async function findMatches(context: Context, rules: RuleSet, slice: BatchSlice): Promise<AlarmMatch[]> {
  const { events } = context;
  const present = await presentIn(events, slice, SCANS);
  const found: FoundRow[] = [];
  for (const { sought, alarmRules } of rules.statements.filter(({ scan }) => present.has(scan))) {
    const rows = await findRuleMatches(events, slice, sought);
    found.push(...rows.flatMap((row) => withRule(row, alarmRules.get(row.rule))));
  }
  const correlations = rules.correlations.filter(({ scans }) => scans.some((scan) => present.has(scan)));
  const touched = await touchedStretches(
    events,
    slice,
    correlations.map(({ sought }) => sought),
  );
  for (const [index, { sought, alarmRule }] of correlations.entries()) {
    const rows = await findCorrelatedMatches(events, slice, { sought, stretches: touched[index] ?? [] });
    found.push(...rows.flatMap((row) => withRule(row, alarmRule)));
  }
  return found.length === 0 ? [] : toMatches(context, await organizationsById(context), found);
}

function withRule(row: MatchRow, rule: AlarmRule | undefined): FoundRow[] {
  return rule === undefined ? [] : [{ row, rule }];
}

async function organizationsById(context: Context): Promise<Map<number, Organization>> {
  return new Map((await listOrganizations(context.control.db)).map((organization) => [organization.id, organization]));
}
