import {
  type CorrelationRule,
  compileGroup,
  correlationParts,
  type EventRule,
  logSourceOf,
  MAX_GROUP_SIZE,
  type ResolvedCorrelation,
  type ResolvedRules,
  type Scan,
} from '../../detect/index.ts';
import type { SoughtCorrelation } from '../../events/queries/correlated-matches.ts';
import type { SoughtRules } from '../../events/queries/rule-matches.ts';
import type { AlarmRule } from '../../model/alarm.ts';
import { alarmRuleOf, muteMsOf } from './alarm-rule.ts';

/** Rules, ready to be looked for. */
export interface RuleSet {
  readonly statements: readonly RuleStatement[];
  readonly correlations: readonly CorrelationStatement[];
}

/** Rules about the same logs. */
export interface RuleStatement {
  /** Which events they are about. */
  readonly scan: Scan;
  readonly sought: SoughtRules;
  /** By their number in the statement. */
  readonly alarmRules: ReadonlyMap<number, AlarmRule>;
}

export interface CorrelationStatement {
  readonly scans: readonly Scan[];
  readonly sought: SoughtCorrelation;
  readonly alarmRule: AlarmRule;
}

/** @param ids which of the rules raise alarms, as long as they are not silent */
export function compileRules({ events, correlations }: ResolvedRules, ids: ReadonlySet<string>): RuleSet {
  const loud = events.filter(({ id, silent }) => ids.has(id) && !silent);
  return {
    statements: groupsOf(loud).map(statementOf),
    correlations: correlations.filter(({ rule }) => ids.has(rule.id)).map(correlationOf),
  };
}

/** Rules of one scan go together, as many as a statement takes. */
function groupsOf(rules: readonly EventRule[]): EventRule[][] {
  const scans = new Map<string, EventRule[][]>();
  for (const rule of rules) {
    const placed = logSourceOf(rule);
    const scan = 'scan' in placed ? placed.scan : '';
    const groups = scans.get(scan) ?? [];
    scans.set(scan, groups);
    const last = groups.at(-1);
    if (last === undefined || last.length === MAX_GROUP_SIZE) groups.push([rule]);
    else last.push(rule);
  }
  return [...scans.values()].flat();
}

function statementOf(rules: readonly EventRule[]): RuleStatement {
  const { scan, candidates, matched, keys } = compileGroup(rules);
  const numbered = rules.map((rule, index) => [index + 1, rule] as const);
  return {
    scan,
    sought: { candidates, matched, keys, mutesMs: new Map(numbered.map(([number, rule]) => [number, muteMsOf(rule)])) },
    alarmRules: new Map(numbered.map(([number, rule]) => [number, alarmRuleOf(rule)])),
  };
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
