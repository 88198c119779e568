import { mappingOf } from './log-sources/index.ts';
import type { LogSourceMapping, Scan } from './log-sources/mapping.ts';
import type { EventRule, LogSource, RuleProblem } from './rule.ts';
import { fieldsOf } from './sql/condition.ts';

/** Where a rule's events are, or why nobody knows. */
export type Placed = { readonly scan: Scan } | { readonly problem: RuleProblem };

/** Rules of one scan can be compiled together. A rule with a problem must not be compiled: it would never match. */
export function logSourceOf(rule: EventRule): Placed {
  const mapping = mappingOf(rule.logSource);
  const { file, logSourcePlace, logSource } = rule;
  if (mapping === undefined) {
    return { problem: { file, ...logSourcePlace, message: `no mapping for ${describe(logSource)}` } };
  }
  const unknown = fieldsOf(rule.condition).find(({ name }) => mapping.column(name) === undefined);
  if (unknown !== undefined) {
    const { name, line, column } = unknown;
    const message = `${describe(logSource)} has no field ${JSON.stringify(name.slice(0, 100))}`;
    return { problem: { file, line, column, message } };
  }
  const key = rule.alarm.groupBy.find((name) => mapping.column(name) === undefined);
  if (key !== undefined) {
    const message = `group_by: ${describe(logSource)} has no field ${JSON.stringify(key.slice(0, 100))}`;
    return { problem: { file, line: rule.line, column: 1, message } };
  }
  return { scan: mapping.scan };
}

/** The mapping of a rule that has one. */
export function mappingOfRule(rule: EventRule): LogSourceMapping {
  const mapping = mappingOf(rule.logSource);
  if (mapping === undefined) throw new Error(`no mapping for ${describe(rule.logSource)}: check logSourceOf first`);
  return mapping;
}

/** `product zeek, service dns` */
function describe(source: LogSource): string {
  const names = ['category', 'product', 'service'] as const;
  return names
    .flatMap((name) => (source[name] === undefined ? [] : [`${name} ${source[name].slice(0, 100)}`]))
    .join(', ');
}
