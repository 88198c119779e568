import type { Context } from '../../core/context.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import type { RawQuery } from '../kit/raw-query.ts';
import { type Filter, type FilterFields, readFilter } from './filter.ts';

/** One permitted request, as handlers see it. */
export interface Call {
  readonly deps: DialectDeps;
  readonly context: Context;
  /** The organizational unit in whose context the request is served, with all below it. */
  readonly scope: Scope;
  /** The unit the token belongs to. */
  readonly root: Organization;
  /** Version of the resource that the client reads. */
  readonly version: number;
  readonly query: RawQuery;
  /** Parts of the path by name. */
  readonly params: Readonly<Record<string, string>>;
  /** As text, whatever type its sender called it. */
  readonly body: string;
  /** Scheme, host and port as the client reached them. */
  readonly origin: string;
}

/** What a handler answers; status 200 where it says none. */
export interface Answer {
  readonly status?: 200 | 202;
  readonly body: object;
}

/** The filter of a list. */
export function filterOf<Fields extends FilterFields>(call: Call, fields: Fields): Filter<Fields> {
  return readFilter(fields, call.query.get('filter')?.at(-1));
}
