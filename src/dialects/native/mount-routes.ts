import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { onBehalfOf } from '../../core/on-behalf-of.ts';
import type { DialectDeps } from '../dialect.ts';
import { type MountedHandlers, mountRoute } from '../kit/mount-route.ts';
import type { Guard } from './auth.ts';
import { readInput } from './read-input.ts';
import type { NativeRoute } from './route.ts';
import { errorBody } from './schemas.ts';

/** Mounts each path with the routes of its methods. */
export function mountRoutes(
  app: FastifyInstance,
  { prefix, routes, deps, guard }: { prefix: string; routes: readonly NativeRoute[]; deps: DialectDeps; guard: Guard },
): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const handlers: MountedHandlers = {};
    for (const route of routes.filter((candidate) => candidate.path === path)) {
      handlers[route.method] = {
        handler: handlerOf(route, deps, guard),
        schema: operation(route),
        isUpload: route.upload === true,
      };
    }
    mountRoute(app, { path: prefix + path, handlers });
  }
}

function handlerOf(route: NativeRoute, deps: DialectDeps, guard: Guard) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = await guard(request);
    const answer = await route.handle({
      deps: { ...deps, context: onBehalfOf(deps.context, caller.root) },
      caller,
      request,
      params: route.params && readInput(route.params, request.params),
      query: route.query && readInput(route.query, request.query),
      body: route.body && readInput(route.body, request.body),
    });
    return reply.code(route.statusOf?.(answer) ?? route.status ?? 200).send(answer);
  };
}

const FAULTS: Readonly<Record<number, string>> = {
  400: 'Something in the request is missing or malformed',
  401: 'No credential, or one that is not good',
  403: 'The caller may not do this',
  404: 'Nothing of that name, or out of the caller’s reach',
};

/** What the OpenAPI document says of a route. */
function operation(route: NativeRoute): FastifySchema {
  const { operationId, summary, tag, params, query, body, status = 200, answer, otherStatuses = {} } = route;
  return {
    operationId,
    summary,
    tags: [tag],
    security: [{ operator: [] }, { person: [] }],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(route.upload && { consumes: ['application/octet-stream'], body: z.string().meta({ format: 'binary' }) }),
    response: {
      [status]: json(answer, 'The answer'),
      ...Object.fromEntries(Object.entries(otherStatuses).map(([code, about]) => [code, json(answer, about)])),
      ...Object.fromEntries(Object.entries(FAULTS).map(([code, about]) => [code, json(errorBody, about)])),
    },
  } as FastifySchema;
}

function json(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
