import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Tables } from '../tables.ts';

/** Where a list, newest first and then by id, has been read to. */
export interface Place {
  /** Creation of the last item that was read, ISO 8601, and its id. */
  readonly createdAt: string;
  readonly id: string;
}

type Placed = 'complianceConfigurations' | 'complianceRuns';

/** What comes after it. */
export function placeAfter(eb: ExpressionBuilder<Tables, Placed>, { createdAt, id }: Place): Expression<SqlBool> {
  return eb.or([eb('createdAt', '<', createdAt), eb.and([eb('createdAt', '=', createdAt), eb('id', '<', id)])]);
}
