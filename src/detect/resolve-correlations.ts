import { logSourceOf, mappingOfRule } from './log-source-of.ts';
import type { CorrelationRule, DetectionRule, EventRule, RuleProblem, RuleReference } from './rule.ts';

/** A correlation with the rules it refers to. */
export interface ResolvedCorrelation {
  readonly rule: CorrelationRule;
  /** In the order written, each with the reference that meant it. */
  readonly parts: readonly { readonly reference: string; readonly rule: EventRule }[];
}

export interface ResolvedRules {
  /** Sound rules that raise alarms of their own or feed correlations; `silent` ones raise none. */
  readonly events: EventRule[];
  readonly correlations: ResolvedCorrelation[];
  readonly problems: RuleProblem[];
}

/**
 * Finds what correlations refer to, by id or name, among all rules of a pack. Leaves out, each with a located problem: rules
 * whose log source or fields nobody stores, ids that stand twice, and correlations whose rules are unknown, left out, or
 * correlations themselves.
 */
export function resolveCorrelations(rules: readonly DetectionRule[]): ResolvedRules {
  const problems: RuleProblem[] = [];
  const known = new Map<string, DetectionRule>();
  const single = rules.filter((rule) => {
    const twin = known.get(rule.id);
    if (twin === undefined) {
      known.set(rule.id, rule);
      return true;
    }
    const { file, line, id } = rule;
    problems.push({
      file,
      line,
      column: 1,
      message: `the id ${id} is that of another rule, ${twin.file}:${twin.line}`,
    });
    return false;
  });
  for (const rule of single) if (rule.name !== '' && !known.has(rule.name)) known.set(rule.name, rule);
  const events = single.filter((rule): rule is EventRule => rule.type === 'event' && isPlaced(rule, problems));
  const correlations = single.flatMap((rule) => {
    if (rule.type !== 'correlation') return [];
    const resolved = resolve(rule, known, new Set(events));
    if ('message' in resolved) problems.push(resolved);
    return 'message' in resolved ? [] : [resolved];
  });
  const silent = new Set(
    correlations.filter(({ rule }) => !rule.generate).flatMap(({ parts }) => parts.map(({ rule }) => rule.id)),
  );
  return {
    events: events.map((rule) => (silent.has(rule.id) ? { ...rule, silent: true } : rule)),
    correlations,
    problems,
  };
}

function isPlaced(rule: EventRule, problems: RuleProblem[]): boolean {
  const placed = logSourceOf(rule);
  if ('problem' in placed) problems.push(placed.problem);
  return 'scan' in placed;
}

function resolve(
  correlation: CorrelationRule,
  known: ReadonlyMap<string, DetectionRule>,
  sound: ReadonlySet<EventRule>,
): ResolvedCorrelation | RuleProblem {
  const parts: { reference: string; rule: EventRule }[] = [];
  for (const reference of correlation.rules) {
    const rule = known.get(reference.reference.toLowerCase()) ?? known.get(reference.reference);
    if (rule === undefined) return problemAt(correlation, reference, 'no rule has this id or name');
    if (rule.type === 'correlation') {
      return problemAt(correlation, reference, rule === correlation ? 'the rule refers to itself' : NO_CHAINS);
    }
    if (!sound.has(rule)) return problemAt(correlation, reference, 'the rule has a problem of its own');
    parts.push({ reference: reference.reference, rule });
  }
  const unknown = parts.flatMap((part) => unknownField(correlation, part) ?? []);
  return unknown[0] ?? { rule: correlation, parts };
}

const NO_CHAINS = 'a correlation of correlations is not supported';

/** The field of a part that a correlation means by a name, which may be an alias. */
export function fieldOfPart(
  correlation: CorrelationRule,
  part: { reference: string; rule: EventRule },
  name: string,
): string {
  const alias = Object.hasOwn(correlation.aliases, name) ? correlation.aliases[name] : undefined;
  return alias?.[part.reference] ?? alias?.[part.rule.name] ?? alias?.[part.rule.id] ?? name;
}

function unknownField(
  correlation: CorrelationRule,
  part: { reference: string; rule: EventRule },
): RuleProblem | undefined {
  const mapping = mappingOfRule(part.rule);
  const names = [...correlation.groupBy, ...correlation.valueFields].map((name) =>
    fieldOfPart(correlation, part, name),
  );
  const unknown = names.find((name) => mapping.column(name) === undefined);
  if (unknown === undefined) return undefined;
  const message = `the rule ${JSON.stringify(part.rule.title)} has no field ${JSON.stringify(unknown.slice(0, 100))}`;
  const { file, line } = correlation;
  return { file, line, column: 1, message };
}

function problemAt(
  { file }: CorrelationRule,
  { reference, line, column }: RuleReference,
  message: string,
): RuleProblem {
  return { file, line, column, message: `${JSON.stringify(reference.slice(0, 100))}: ${message}` };
}
