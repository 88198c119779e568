import type { Conditions } from './condition.ts';

/** That a row belongs to one of the organizations. None of them matches nothing. */
export function organizationsSql(conditions: Conditions, organizationIds: readonly number[]): string {
  const [only, ...others] = organizationIds;
  // Equality lets the engine read a table in its order; a list of one does not.
  return only !== undefined && others.length === 0
    ? `org = ${conditions.bind('UInt32', only)}`
    : `org IN ${conditions.bind('Array(UInt32)', organizationIds)}`;
}
