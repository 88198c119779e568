import { derivedId } from './details.ts';
import type { MapValue, ScalarValue } from './document.ts';
import { parseDuration } from './durations.ts';
import { RuleFault } from './fault.ts';
import { entry, textAt } from './read.ts';
import type { Comparison, CorrelationRule, EventRule } from './rule.ts';

const SIGNS: Readonly<Record<string, Comparison>> = {
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  '=': 'eq',
  '==': 'eq',
};

/** What old rules count behind a pipe: `selection | count(field) by other > 10`, within `timeframe`. */
export interface Aggregation {
  readonly field: string;
  readonly groupBy: string;
  readonly comparison: Comparison;
  readonly count: number;
  readonly timespanMs: number;
}

/**
 * @param text of the condition behind its pipe
 * @throws RuleFault for the aggregations that correlation rules have replaced without an equal: near, min, max, avg, sum
 */
export function parseAggregation(text: string, condition: ScalarValue, detection: MapValue): Aggregation {
  const match = /^\s*count\(\s*([^\s()]*)\s*\)(?:\s+by\s+(\S+))?\s*(>=|<=|==|>|<|=)\s*(\d{1,9})\s*$/i.exec(text);
  if (match === null) {
    throw new RuleFault(
      `of the old aggregations only "count(field) by field > number" is supported, not ${JSON.stringify(text.trim().slice(0, 100))}: write a correlation rule`,
      condition,
    );
  }
  const [, field = '', groupBy = '', sign = '', count = ''] = match;
  const timeframe = textAt(detection, 'timeframe');
  const timespanMs = parseDuration(timeframe);
  if (timespanMs === undefined) {
    const place = entry(detection, 'timeframe')?.value ?? condition;
    throw new RuleFault('an aggregation needs a timeframe such as 5m, 1h or 7d', place);
  }
  return { field, groupBy, comparison: SIGNS[sign] ?? 'gt', count: Number(count), timespanMs };
}

/** The rule as today's Sigma would write it: one for the events, silent, and one that counts them. */
export function asCorrelation(rule: EventRule, aggregation: Aggregation): [EventRule, CorrelationRule] {
  const { logSource: _, logSourcePlace: place, condition: __, type: ___, silent: ____, ...details } = rule;
  const events: EventRule = { ...rule, id: derivedId(rule.id, 'events'), name: '', silent: true };
  return [
    events,
    {
      ...details,
      type: 'correlation',
      correlation: aggregation.field === '' ? 'event_count' : 'value_count',
      rules: [{ reference: events.id, ...place }],
      groupBy: aggregation.groupBy === '' ? [] : [aggregation.groupBy],
      timespanMs: aggregation.timespanMs,
      comparison: aggregation.comparison,
      count: aggregation.count,
      valueFields: aggregation.field === '' ? [] : [aggregation.field],
      aliases: {},
      generate: false,
      silent: false,
    },
  ];
}
