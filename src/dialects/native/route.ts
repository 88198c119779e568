import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../../core/caller.ts';
import type { Context } from '../../core/context.ts';
import type { DialectDeps } from '../dialect.ts';
import type { RouteMethod } from '../kit/mount-route.ts';

/** One request, read. */
export interface Call<Params, Query, Body> {
  /** With the context of who asks. */
  readonly deps: Omit<DialectDeps, 'context'> & { readonly context: Context };
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
}

/** What one method of one path takes and answers. */
export interface RouteSpec<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: RouteMethod;
  /** Below the prefix, parameters as `:name`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: Query;
  /** A JSON object. */
  readonly body?: Body;
  /** The body is a log of any type and size: `request.body` is its stream. */
  readonly upload?: true;
  /** 200 where absent. */
  readonly status?: 201;
  readonly answer: z.ZodType;
  /** Further statuses that come with the same answer, and what each says. */
  readonly otherStatuses?: Readonly<Record<number, string>>;
  /** Which status an answer has, where there are several. */
  statusOf?(answer: unknown): number;
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<unknown>;
}

/** A route of whatever input. */
export interface NativeRoute extends Omit<RouteSpec<z.ZodType, z.ZodType, z.ZodType>, 'handle'> {
  handle(call: Call<unknown, unknown, unknown>): Promise<unknown>;
}

/** Lets a route's handler know the types its schemas give. */
export function defineRoute<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<Params, Query, Body>): NativeRoute {
  return spec as unknown as NativeRoute;
}
