import type { Context } from '../../core/context.ts';
import { badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { listItems, type RawQuery } from '../kit/raw-query.ts';
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
  /** The header of that name: tags of the state that the client means to change. */
  readonly ifMatch: string | undefined;
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

/** Links whose targets shall be embedded (section 6.5). Fails with `bad_request` for one that the operation does not have. */
export function embeds(call: Call, known: readonly string[]): readonly string[] {
  const wanted = listItems(call.query.get('embed') ?? []);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return wanted;
  throw badInput('embed', unknown, `invalid value for embed: there is no link ${unknown.slice(0, 100)} to embed`);
}
