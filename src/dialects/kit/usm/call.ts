import type { FastifyRequest } from 'fastify';
import type { Context } from '../../../core/context.ts';
import type { Scope } from '../../../model/scope.ts';
import type { DialectDeps } from '../../dialect.ts';
import type { RawQuery } from '../raw-query.ts';
import type { Moments } from './moments.ts';
import type { Place } from './place.ts';

/** One permitted request, as handlers see it. */
export interface Call extends Pick<DialectDeps, 'usmDomain'> {
  readonly context: Context;
  readonly scope: Scope;
  readonly request: FastifyRequest;
  readonly query: RawQuery;
  /** Scheme, host and port as the client reached them. */
  readonly origin: string;
  /** Moments of the list that is asked for. */
  readonly moments: Moments;
}

/** What a handler answers with status 200. */
export type Answer = (call: Call) => Promise<object>;

/** Where objects of the scope's own organization are. */
export function ownPlace({ context, scope, origin }: Call): Place {
  return { organization: scope.organization, origin, eventIds: context.eventIds };
}

/** A part of the path, `''` where the path has no such part. */
export function pathPart(call: Call, name: 'alarmId' | 'labelId' | 'eventId'): string {
  return (call.request.params as Readonly<Record<string, string>>)[name] ?? '';
}
