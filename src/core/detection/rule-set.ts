import { rulesVersion } from '../../control/repos/rules.ts';
import type { DetectionRule, RuleProblem } from '../../detect/index.ts';
import type { Context } from '../context.ts';
import { compileRules, type FailedRule, fingerprintOf, type RuleSet } from './compile-rules.ts';
import { type LoadedRules, loadRules, loadText } from './load-rules.ts';
import { type CompiledRule, setApart, takeUp } from './set-apart.ts';

/** The rules that are enabled and not set apart. */
export interface CurrentRules {
  readonly rules: RuleSet;
  /** Those that were set apart just now, because they cannot be compiled. */
  readonly setApart: readonly FailedRule[];
  /** Any of them as it was compiled. */
  compiled(ruleId: string): CompiledRule | undefined;
}

const KEPT = new WeakMap<object, { readonly version: string; readonly current: CurrentRules }>();

/**
 * The rules that are enabled now. They are compiled once and kept until a rule changes. Those that cannot be compiled are set
 * apart; those that were set apart and are compiled to something else now are taken up again.
 *
 * @param nextBatch number of the first batch that is to be searched for them
 */
export async function currentRules(context: Context, nextBatch: number): Promise<CurrentRules> {
  const { db } = context.control;
  const version = await rulesVersion(db);
  const kept = KEPT.get(db);
  if (kept?.version === version) return kept.current;
  const loaded = await loadRules(context, ({ enabled }) => enabled);
  const stored = new Map(loaded.stored.map((rule) => [rule.id, rule]));
  const compiled = (ruleId: string) => {
    const rule = stored.get(ruleId);
    return rule && { loadedAt: rule.loadedAt, fingerprint: fingerprintOfRule(loaded, ruleId) };
  };
  const apart = loaded.stored.filter((rule) => rule.setApart !== null);
  const changed = apart.filter((rule) => rule.setApart?.compiled !== compiled(rule.id)?.fingerprint);
  await takeUp(context, changed);
  const left = new Set(apart.filter((rule) => !changed.includes(rule)).map(({ id }) => id));
  const ids = new Set(loaded.wanted.flatMap(({ id }) => (left.has(id) ? [] : [id])));
  const rules = compileRules(loaded.resolved, ids);
  const failed = [...loaded.unusable, ...rules.failed].filter(({ ruleId }) => !left.has(ruleId));
  for (const rule of failed) {
    const how = compiled(rule.ruleId);
    if (how !== undefined) await setApart(context, rule, { ...how, fromBatch: nextBatch });
  }
  const current = { rules, setApart: failed, compiled };
  // What was set apart or taken up here changes the version; the next time finds nothing more to do.
  if (failed.length + changed.length === 0) KEPT.set(db, { version, current });
  return current;
}

export function fingerprintOfRule({ resolved }: LoadedRules, ruleId: string): string {
  return fingerprintOf(compileRules(resolved, new Set([ruleId])));
}

/** A rule that is looked for by itself. */
export interface LooseRule {
  readonly rule: DetectionRule;
  readonly rules: RuleSet;
}

export interface LooseRules {
  readonly rules: readonly LooseRule[];
  readonly problems: readonly RuleProblem[];
}

/** A stored rule, enabled or not; none where there is no such rule, or it cannot be looked for. */
export async function storedRule(context: Context, id: string): Promise<LooseRules> {
  return loose(await loadRules(context, (stored) => stored.id === id));
}

/** The rules of a text that is not stored. */
export async function looseRules(
  context: Context,
  source: { readonly text: string; readonly file: string },
): Promise<LooseRules> {
  return loose(await loadText(context, source));
}

function loose({ wanted, resolved, problems }: LoadedRules): LooseRules {
  const sound = new Set([...resolved.events, ...resolved.correlations.map(({ rule }) => rule)].map(({ id }) => id));
  const rules = wanted
    .filter(({ id }) => sound.has(id))
    .map((rule) => ({ rule, rules: compileRules(resolved, new Set([rule.id])) }));
  return { rules, problems };
}
