import { rulesVersion } from '../../control/repos/rules.ts';
import type { DetectionRule, RuleProblem } from '../../detect/index.ts';
import type { Context } from '../context.ts';
import { compileRules, type RuleSet } from './compile-rules.ts';
import { type LoadedRules, loadRules, loadText } from './load-rules.ts';

const KEPT = new WeakMap<object, { readonly version: string; readonly rules: RuleSet }>();

/** The rules that are enabled now. They are compiled once and kept until a rule changes. */
export async function currentRules(context: Context): Promise<RuleSet> {
  const { db } = context.control;
  const version = await rulesVersion(db);
  const kept = KEPT.get(db);
  if (kept?.version === version) return kept.rules;
  const { wanted, resolved } = await loadRules(context, ({ enabled }) => enabled);
  const rules = compileRules(resolved, new Set(wanted.map(({ id }) => id)));
  KEPT.set(db, { version, rules });
  return rules;
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
