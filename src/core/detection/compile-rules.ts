import { createHash } from 'node:crypto';
import {
  type CorrelationRule,
  compileGroup,
  correlationParts,
  type EventRule,
  logSourceOf,
  MAX_GROUP_SIZE,
  type ResolvedCorrelation,
  type ResolvedRules,
  type RuleGroup,
  type Scan,
} from '../../detect/index.ts';
import type { SoughtCorrelation } from '../../events/queries/correlated-matches.ts';
import type { SoughtRules } from '../../events/queries/rule-matches.ts';
import { VERSION } from '../../kit/version.ts';
import type { AlarmRule } from '../../model/alarm.ts';
import { alarmRuleOf, muteMsOf } from './alarm-rule.ts';

/** Rules, ready to be looked for. */
export interface RuleSet {
  readonly statements: readonly RuleStatement[];
  readonly correlations: readonly CorrelationStatement[];
  /** Rules that cannot be compiled. */
  readonly failed: readonly FailedRule[];
}

/** Rules about the same logs. */
export interface RuleStatement {
  /** Which events they are about. */
  readonly scan: Scan;
  readonly rules: readonly EventRule[];
  readonly sought: SoughtRules;
  /** By their number in the statement. */
  readonly alarmRules: ReadonlyMap<number, AlarmRule>;
}

export interface CorrelationStatement {
  readonly scans: readonly Scan[];
  readonly sought: SoughtCorrelation;
  readonly alarmRule: AlarmRule;
}

/** A rule that cannot be looked for, and why. */
export interface FailedRule {
  readonly ruleId: string;
  readonly reason: string;
}

/** @param ids which of the rules raise alarms, as long as they are not silent */
export function compileRules({ events, correlations }: ResolvedRules, ids: ReadonlySet<string>): RuleSet {
  const failed: FailedRule[] = [];
  const compiled = <Rule, Result>(
    rules: readonly Rule[],
    idOf: (rule: Rule) => string,
    compile: (rule: Rule) => Result,
  ) =>
    rules.flatMap((rule) => {
      try {
        return [compile(rule)];
      } catch (error) {
        failed.push({ ruleId: idOf(rule), reason: failureOf(error) });
        return [];
      }
    });
  const loud = events.filter(({ id, silent }) => ids.has(id) && !silent);
  const measured = compiled(
    loud,
    ({ id }) => id,
    (rule) => ({ rule, size: sizeOf(rule) }),
  );
  const wanted = correlations.filter(({ rule }) => ids.has(rule.id));
  return {
    statements: groupsOf(measured).map(statementOf),
    correlations: compiled(wanted, ({ rule }) => rule.id, correlationOf),
    failed,
  };
}

export function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
}

/** A longer statement takes the engine long to analyze, and in the end exceeds its limits. */
const LONGEST_STATEMENT = 250_000;

/** Rules that are compiled by themselves. */
const ALONE = new WeakMap<EventRule, RuleGroup>();

/** What is compiled already is not compiled again for the same rule alone: one of thousands of values takes a while. */
function groupOf(rules: readonly EventRule[]): RuleGroup {
  const [only] = rules;
  if (only === undefined || rules.length > 1) return compileGroup(rules);
  const group = ALONE.get(only) ?? compileGroup(rules);
  ALONE.set(only, group);
  return group;
}

/** Characters that the rule takes in a statement; compiles all of it, so that what cannot be compiled is found here. */
function sizeOf(rule: EventRule): number {
  alarmRuleOf(rule);
  const { matched, candidates } = groupOf([rule]);
  return matched('1', [1]).length + candidates('1').length;
}

interface MeasuredRule {
  readonly rule: EventRule;
  readonly size: number;
}

/** Rules of one scan go together, as many as a statement takes. */
function groupsOf(rules: readonly MeasuredRule[]): EventRule[][] {
  const scans = new Map<string, { rules: EventRule[]; size: number }[]>();
  for (const { rule, size } of rules) {
    const placed = logSourceOf(rule);
    const scan = 'scan' in placed ? placed.scan : '';
    const groups = scans.get(scan) ?? [];
    scans.set(scan, groups);
    const last = groups.at(-1);
    const isFull = last === undefined || last.rules.length === MAX_GROUP_SIZE || last.size + size > LONGEST_STATEMENT;
    if (isFull) groups.push({ rules: [rule], size });
    else {
      last.rules.push(rule);
      last.size += size;
    }
  }
  return [...scans.values()].flat().map((group) => group.rules);
}

export function statementOf(rules: readonly EventRule[]): RuleStatement {
  const { scan, candidates, matched, keys } = groupOf(rules);
  const numbered = rules.map((rule, index) => [index + 1, rule] as const);
  return {
    scan,
    rules,
    sought: { candidates, matched, keys, mutesMs: new Map(numbered.map(([number, rule]) => [number, muteMsOf(rule)])) },
    alarmRules: new Map(numbered.map(([number, rule]) => [number, alarmRuleOf(rule)])),
  };
}

/** Changes when a rule is compiled to something else, or by another release: then it may be worth another try. */
export function fingerprintOf({ statements, correlations }: RuleSet): string {
  const hash = createHash('sha256').update(VERSION);
  for (const { sought } of statements) hash.update(sought.candidates('1')).update(sought.matched('1', [1]));
  for (const { sought } of correlations) {
    const { parts, ...rest } = sought;
    hash.update(JSON.stringify(rest));
    for (const { matched, key, value } of parts) hash.update(JSON.stringify([matched('1'), key, value]));
  }
  return hash.digest('hex');
}

const COUNTED = {
  event_count: 'events',
  value_count: 'values',
  temporal: 'parts',
  temporal_ordered: 'parts in order',
} as const satisfies Readonly<Record<CorrelationRule['correlation'], SoughtCorrelation['counts']>>;

const OPERATORS = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '=',
} as const satisfies Readonly<Record<CorrelationRule['comparison'], SoughtCorrelation['operator']>>;

function correlationOf(correlation: ResolvedCorrelation): CorrelationStatement {
  const { rule } = correlation;
  const parts = correlationParts(correlation);
  return {
    scans: parts.map(({ scan }) => scan),
    sought: {
      parts,
      counts: COUNTED[rule.correlation],
      operator: OPERATORS[rule.comparison],
      count: rule.count,
      spanMs: rule.timespanMs,
      muteMs: muteMsOf(rule),
    },
    alarmRule: alarmRuleOf(rule),
  };
}
