import type { QueryOptions } from '../client.ts';
import { type Condition, Conditions } from './condition.ts';
import { filterSql, rangeSql } from './filter.ts';
import { organizationsSql } from './organizations-condition.ts';
import type { TrafficQuestion } from './traffic-source.ts';

/** The events of a question, for what no rollup holds. */
export function eventsCondition(question: TrafficQuestion): Condition {
  const range = rangeSql(question.range);
  const filter = filterSql(question.filter);
  const conditions = new Conditions('o');
  conditions.add(organizationsSql(conditions, question.organizationIds));
  conditions.add(range.sql);
  conditions.add(filter.sql);
  const { sql, parameters } = conditions.build();
  return { sql, parameters: { ...parameters, ...range.parameters, ...filter.parameters } };
}

/**
 * For statements that name a result like a column of `events`: in conditions the name is the column's. Without it the
 * engine would put the result's expression there.
 */
export const COLUMNS_BEFORE_ALIASES: QueryOptions = { settings: { prefer_column_name_to_alias: 1 } };
