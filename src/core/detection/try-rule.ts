import { setImmediate as otherWork } from 'node:timers/promises';
import { listOrganizations } from '../../control/repos/organizations.ts';
import type { RuleProblem } from '../../detect/index.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import { badInput } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import type { FailedRule } from './compile-rules.ts';
import { pastMatches } from './past-matches.ts';
import { type LooseRules, looseRules, storedRule } from './rule-set.ts';

/** A rule that is stored, or the text of one that is not. */
export type RuleOnTrial = { readonly id: string } | { readonly text: string; readonly file: string };

export interface RuleTrial {
  readonly id: string;
  readonly title: string;
  /** One for each organization in which it matches, most alarms first. */
  readonly organizations: readonly {
    /** Slug. */
    readonly organization: string;
    /** Events that its alarms would count. */
    readonly events: number;
    readonly alarms: number;
  }[];
}

export interface TriedRules {
  readonly rules: readonly RuleTrial[];
  readonly problems: readonly RuleProblem[];
}

export const MOST_DAYS_BACK = 3660;

/** What rules would have found in the last days. Changes nothing. */
export async function tryRules(
  context: Context,
  caller: Caller,
  { trial, days }: { readonly trial: RuleOnTrial; readonly days: number },
): Promise<TriedRules> {
  requireOperator(caller);
  const { rules, problems } = 'id' in trial ? await stored(context, trial.id) : await looseRules(context, trial);
  const slugs = new Map((await listOrganizations(context.control.db)).map(({ id, slug }) => [id, slug]));
  const trials: RuleTrial[] = [];
  const failures: RuleProblem[] = [];
  for (const one of rules) {
    const counts = new Map<number, { events: number; alarms: Set<string> }>();
    const failed = async ({ reason }: FailedRule) => {
      const { file, line } = one.rule;
      failures.push({ file, line, column: 1, message: `the event store cannot look for this rule: ${reason}` });
    };
    const sinceMs = context.now() - days * DAY_MS;
    for await (const matches of pastMatches(context, one, { sinceMs, failed })) {
      for (const match of matches) count(counts, match);
      await otherWork();
    }
    const organizations = [...counts]
      .map(([id, { events, alarms }]) => ({ organization: slugs.get(id) ?? String(id), events, alarms: alarms.size }))
      .sort((a, b) => b.alarms - a.alarms || (a.organization < b.organization ? -1 : 1));
    trials.push({ id: one.rule.id, title: one.rule.title, organizations });
  }
  return { rules: trials, problems: [...problems, ...failures] };
}

async function stored(context: Context, id: string): Promise<LooseRules> {
  const found = await storedRule(context, id);
  if (found.rules.length > 0 || found.problems.length > 0) return found;
  throw badInput('id', id, `there is no rule ${JSON.stringify(id)}`);
}

function count(
  counts: Map<number, { events: number; alarms: Set<string> }>,
  { organizationId, alarmId, events }: AlarmMatch,
): void {
  const known = counts.get(organizationId) ?? { events: 0, alarms: new Set<string>() };
  counts.set(organizationId, known);
  known.events += events;
  known.alarms.add(alarmId);
}
