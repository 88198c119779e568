import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { onBehalfOf } from '../../core/on-behalf-of.ts';
import { AppError } from '../../model/errors.ts';
import type { Dialect, DialectDeps } from '../dialect.ts';
import { type MountedHandlers, mountRoute } from '../kit/mount-route.ts';
import { rawQuery } from '../kit/raw-query.ts';
import { serveDocument } from '../kit/serve-document.ts';
import { replyWithError } from '../kit/usm/errors.ts';
import { createGuard, type Guard } from '../kit/usm/guard.ts';
import { originOf } from '../kit/usm/host.ts';
import { registry } from '../kit/usm/schemas.ts';
import { sendJson } from '../kit/usm/send-json.ts';
import { mountTokenRoute } from '../kit/usm/token-route.ts';
import { documentInfo } from './document.ts';
import { tokenOperation } from './operations.ts';
import { ROUTES, type Route } from './routes/index.ts';

const NAME = 'usm-anywhere';
const PREFIX = '/api/2.0';

/** USM Anywhere API 2.0. What it answers is told in README.md beside this file. */
export const usmAnywhere: Dialect = {
  name: NAME,
  title: 'USM Anywhere API 2.0',
  apiVersion: '2.0',
  prefixes: [PREFIX],
  register,
  replyWithError,
};

async function register(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  await serveDocument(app, { name: NAME, info: documentInfo(deps.publicUrl), registry });
  // Clients send types without bodies and bodies that are not what their type says (section 1.1).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(replyWithError);
  app.register(refuseUnknownPaths, { prefix: PREFIX });
  app.register((scope, _options, done) => {
    mountTokenRoute(scope, deps, { path: `${PREFIX}/oauth/token`, audience: NAME, schema: tokenOperation });
    done();
  });
  const guard = createGuard(deps, NAME);
  for (const [path, routes] of Object.entries(ROUTES)) {
    mountRoute(app, { path: PREFIX + path, handlers: handlersOf(routes, deps, guard) });
  }
}

function handlersOf(routes: Readonly<Record<string, Route>>, deps: DialectDeps, guard: Guard): MountedHandlers {
  const handle = async ({ answer }: Route, request: FastifyRequest, reply: FastifyReply) => {
    const scope = await guard(request);
    const body = await answer({
      context: onBehalfOf(deps.context, scope.organization),
      scope,
      request,
      query: rawQuery(request.query),
      origin: originOf(request, deps.publicUrl, scope.organization.slug),
      retentionDays: deps.retentionDays,
    });
    return sendJson(reply, body);
  };
  const handlers = Object.entries(routes).map(([method, route]) => [
    method,
    { handler: (request: FastifyRequest, reply: FastifyReply) => handle(route, request, reply), schema: route.schema },
  ]);
  return Object.fromEntries(handlers);
}

const refuseUnknownPaths: FastifyPluginCallback = (scope, _options, done) => {
  scope.setNotFoundHandler(() => {
    throw new AppError('no_route', { public: 'there is nothing at this path' });
  });
  done();
};
