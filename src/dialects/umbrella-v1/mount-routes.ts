import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onBehalfOf } from '../../core/on-behalf-of.ts';
import { requirePermission } from '../../core/permission.ts';
import { AppError } from '../../model/errors.ts';
import type { DialectDeps } from '../dialect.ts';
import { mountRoute } from '../kit/mount-route.ts';
import { rawQuery } from '../kit/raw-query.ts';
import type { Guard } from './auth.ts';
import { parseDestination } from './destination.ts';
import { operationOf } from './operations.ts';
import { ROUTES } from './routes/index.ts';
import { sendJson } from './send-json.ts';

const ORGANIZATION = '/v1/organizations/:organizationId';

export function mountRoutes(app: FastifyInstance, deps: DialectDeps, guard: Guard): void {
  for (const route of ROUTES) {
    const handler = async (request: FastifyRequest, reply: Parameters<Guard>[1]) => {
      const scope = await guard(request, reply);
      requirePermission(scope, route.permission);
      const context = onBehalfOf(deps.context, scope.organization);
      const { offsetCeiling } = deps;
      const { destination = '' } = request.params as { destination?: string };
      const query = rawQuery(request.query);
      const answer = await route.answer({ context, scope, query, destination, nowMs: context.now(), offsetCeiling });
      return sendJson(reply, answer);
    };
    mountRoute(app, { path: ORGANIZATION + route.path, handlers: { GET: { handler, schema: operationOf(route) } } });
  }
  mountMalformedDestinations(app, guard);
}

/** A destination that holds slashes, or none at all, makes a path that no route is: told for what it is (section 9.2). */
function mountMalformedDestinations(app: FastifyInstance, guard: Guard): void {
  app.get(`${ORGANIZATION}/destinations/*`, { schema: { hide: true } }, async (request, reply) => {
    await guard(request, reply);
    const { '*': rest = '' } = request.params as { '*'?: string };
    const destination = /^(?:(.*)\/)?(?:activity|identities)$/.exec(rest);
    if (destination !== null) parseDestination(destination[1] ?? '');
    throw new AppError('no_route', { public: 'no Route matched with those values' });
  });
}
