import { watermarkOf } from '../../control/repos/detection-state.ts';
import { findCorrelatedMatches, touchedStretches } from '../../events/queries/correlated-matches.ts';
import { canBeRead, DETECTION, DETECTION_RETRY, NO_EVENTS, tryRuleMatches } from '../../events/queries/rule-matches.ts';
import { isStoreTrouble } from '../../events/store-trouble.ts';
import type { Context } from '../context.ts';
import { type CorrelationStatement, compileRules, type FailedRule, failureOf, statementOf } from './compile-rules.ts';
import { DETECTION as WATERMARK } from './detect.ts';
import { isolate } from './isolate.ts';
import { type LoadedRules, loadRules } from './load-rules.ts';
import { fingerprintOfRule } from './rule-set.ts';
import { trySetApart } from './set-apart.ts';

/**
 * Looks for rules in no events at all, and sets those apart that the event store refuses even then: the person who enables a rule
 * learns it at once. Rules that are disabled or set apart already are left as they are. Where the event store is away, nothing is
 * found out: detection does that later.
 */
export async function setRefusedApart(context: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { control, events } = context;
  const asked = new Set(ids);
  const loaded = await loadRules(context, (rule) => asked.has(rule.id) && rule.enabled && rule.setApart === null);
  const refused = await refusedOf(context, loaded).catch(async (error: unknown) => {
    if (isStoreTrouble(error) || !(await canBeRead(events, NO_EVENTS))) return [];
    throw error;
  });
  const fromBatch = (await watermarkOf(control.db, WATERMARK)) + 1;
  const stored = new Map(loaded.stored.map((rule) => [rule.id, rule]));
  for (const rule of refused) {
    const loadedAt = stored.get(rule.ruleId)?.loadedAt;
    const fingerprint = fingerprintOfRule(loaded, rule.ruleId);
    if (loadedAt !== undefined) await trySetApart(context, rule, { loadedAt, fingerprint, fromBatch });
  }
}

async function refusedOf({ events }: Context, { wanted, resolved, unusable }: LoadedRules): Promise<FailedRule[]> {
  const { statements, correlations, failed } = compileRules(resolved, new Set(wanted.map(({ id }) => id)));
  const refused = [...unusable, ...failed];
  const refuse = async (ruleId: string, error: unknown) => {
    if (!(await canBeRead(events, NO_EVENTS))) throw error;
    refused.push({ ruleId, reason: failureOf(error) });
  };
  for (const { rules } of statements) {
    await isolate(rules, {
      run: (some, isPart) => tryRuleMatches(events, statementOf(some).sought, isPart ? DETECTION_RETRY : DETECTION),
      failed: ({ id }, error) => refuse(id, error),
    });
  }
  for (const one of correlations) {
    await isolate([one], {
      run: () => tryCorrelation(events, one),
      failed: ({ alarmRule }, error) => refuse(alarmRule.id, error),
    });
  }
  return refused;
}

/** An instant of no organization. */
const NO_STRETCH = { org: 0, fromUs: 0, toUs: 1 };

async function tryCorrelation(events: Context['events'], { sought }: CorrelationStatement): Promise<void> {
  await touchedStretches(events, NO_EVENTS, [sought]);
  await findCorrelatedMatches(events, NO_EVENTS, { sought, stretches: [NO_STRETCH] });
}
