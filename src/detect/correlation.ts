import type { LineCounter } from 'yaml';
import { lineAndColumn, type MapValue, type Value } from './document.ts';
import { parseDuration } from './durations.ts';
import { RuleFault } from './fault.ts';
import { entry, items, mapAt, requiredTextAt, textAt, textsAt, unknownName } from './read.ts';
import {
  COMPARISONS,
  CORRELATION_TYPES,
  type Comparison,
  type CorrelationRule,
  type RuleDetails,
  type RuleReference,
} from './rule.ts';

/** Each is a scan of its own. */
const MAX_RULES = 20;

/** The `correlation` section of a rule (Sigma correlation rules specification 2.0). */
export function parseCorrelation(
  details: RuleDetails,
  section: MapValue,
  rule: MapValue,
  lines: LineCounter,
): CorrelationRule {
  const type = requiredTextAt(section, 'type').toLowerCase();
  const correlation = CORRELATION_TYPES.find((name) => name === type);
  if (correlation === undefined) {
    throw new RuleFault(
      unknownName('correlation type', type, CORRELATION_TYPES),
      entry(section, 'type')?.value ?? section,
    );
  }
  const rules = parseReferences(section, lines);
  const { valueFields, ...condition } = parseCount(section, correlation, rules.length);
  const isTemporal = correlation === 'temporal' || correlation === 'temporal_ordered';
  if (rules.length > MAX_RULES) throw new RuleFault(`a correlation has at most ${MAX_RULES} rules`, section);
  if (isTemporal && rules.length < 2) throw new RuleFault(`${type} needs two rules or more`, section);
  return {
    ...details,
    type: 'correlation',
    correlation,
    rules,
    groupBy: textsAt(section, 'group-by'),
    timespanMs: parseTimespan(section),
    ...condition,
    valueFields,
    aliases: parseAliases(section),
    generate: isTrue(section, 'generate') || isTrue(rule, 'generate'),
    silent: false,
  };
}

function parseReferences(section: MapValue, lines: LineCounter): RuleReference[] {
  const value = entry(section, 'rules')?.value;
  if (value === undefined) throw new RuleFault('no rules', section);
  const references = items(value).map((item) => {
    if (item.type !== 'scalar' || item.text === '') throw new RuleFault('rules is a list of ids or names', item);
    return { reference: item.text, ...lineAndColumn(lines, item.offset) };
  });
  if (references.length === 0) throw new RuleFault('rules is empty', value);
  return references;
}

/** @returns milliseconds */
function parseTimespan(section: MapValue): number {
  const text = requiredTextAt(section, 'timespan');
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new RuleFault('timespan is a time such as 5m, 1h or 7d', entry(section, 'timespan')?.value ?? section);
}

interface Count {
  readonly comparison: Comparison;
  readonly count: number;
  readonly valueFields: readonly string[];
}

/** Temporal correlations need no condition: all of their rules must have matched. */
function parseCount(section: MapValue, type: CorrelationRule['correlation'], rules: number): Count {
  const condition = mapAt(section, 'condition');
  if (condition === undefined) {
    if (type.startsWith('temporal')) return { comparison: 'gte', count: rules, valueFields: [] };
    throw new RuleFault('no condition', section);
  }
  const comparisons = [...condition.entries].filter(([key]) => key !== 'field');
  const [[name, found] = ['', undefined], another] = comparisons;
  const comparison = COMPARISONS.find((candidate) => candidate === name);
  if (found === undefined || comparison === undefined) {
    throw new RuleFault(`a condition is one of ${COMPARISONS.join(', ')} with a number`, found?.key ?? condition);
  }
  if (another !== undefined) throw new RuleFault('a condition has one comparison', another[1].key);
  const valueFields = textsAt(condition, 'field');
  if (type === 'value_count' && valueFields.length === 0) {
    throw new RuleFault('value_count needs the field whose values count', condition);
  }
  return { comparison, count: wholeNumber(found.value), valueFields };
}

function wholeNumber(value: Value): number {
  const number = value.type === 'scalar' && typeof value.value === 'number' ? value.value : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw new RuleFault('the count must be a whole number', value);
  return number;
}

function parseAliases(section: MapValue): CorrelationRule['aliases'] {
  const aliases = mapAt(section, 'aliases');
  if (aliases === undefined) return {};
  return Object.fromEntries(
    [...aliases.entries].map(([alias, { value }]) => {
      if (value.type !== 'map') throw new RuleFault('an alias names a field for each rule', value);
      return [alias, Object.fromEntries([...value.entries.keys()].map((rule) => [rule, textAt(value, rule)]))];
    }),
  );
}

function isTrue(map: MapValue, key: string): boolean {
  const value = entry(map, key)?.value;
  if (value === undefined) return false;
  if (value.type !== 'scalar' || typeof value.value !== 'boolean')
    throw new RuleFault(`${key} is true or false`, value);
  return value.value;
}
