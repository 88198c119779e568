import type { Context } from '../../core/context.ts';
import type { Scope } from '../../model/scope.ts';
import type { RawQuery } from '../kit/raw-query.ts';

/** One permitted request, as handlers see it. */
export interface Call {
  readonly context: Context;
  readonly scope: Scope;
  readonly query: RawQuery;
  /** `{destination}` of the path, decoded; '' where the path has none. */
  readonly destination: string;
  /** `now`, once for the whole request. */
  readonly nowMs: number;
  /** Largest offset; 0 for any. */
  readonly offsetCeiling: number;
}

/** The last value that came for a parameter, its name compared without case. Empty ones count as absent. */
export function textOf(call: Pick<Call, 'query'>, name: string): string | undefined {
  return call.query.get(name.toLowerCase())?.at(-1)?.trim();
}
