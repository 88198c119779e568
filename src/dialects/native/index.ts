import type { FastifyInstance } from 'fastify';
import { requireShallow } from '../../kit/parse-json.ts';
import { AppError } from '../../model/errors.ts';
import type { Dialect, DialectDeps } from '../dialect.ts';
import { serveDocument } from '../kit/serve-document.ts';
import { createGuard, NAME } from './auth.ts';
import { ABOUT } from './document.ts';
import { replyWithError } from './errors.ts';
import { mountRoutes } from './mount-routes.ts';
import { nativeRoutes } from './routes/index.ts';
import { registry } from './schemas.ts';

const PREFIX = '/belfry/v1';

/** Our own API: administration and imports. @param vendors the other surfaces of this server */
export function native(vendors: readonly Dialect[]): Dialect {
  return {
    name: NAME,
    title: 'Belfry API',
    apiVersion: '1',
    prefixes: [PREFIX],
    register: (app, deps) => register(app, deps, vendors),
    replyWithError,
  };
}

async function register(app: FastifyInstance, deps: DialectDeps, vendors: readonly Dialect[]): Promise<void> {
  await serveDocument(app, { name: NAME, about: ABOUT, publicUrl: deps.publicUrl, registry });
  app.setErrorHandler(replyWithError);
  acceptEmptyJson(app);
  await app.register(
    (scope, _options, done) => {
      scope.setNotFoundHandler((request) => {
        throw new AppError('no_route', { public: `there is nothing at ${request.url.slice(0, 200)}` });
      });
      done();
    },
    { prefix: PREFIX },
  );
  const shared = { prefix: PREFIX, deps, guard: createGuard(deps) };
  const [uploads, others] = partition(nativeRoutes(vendors));
  mountRoutes(app, { ...shared, routes: others });
  await app.register((scope, _options, done) => {
    // Logs of any type and size stream through: nothing reads them before the pipeline does.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    mountRoutes(scope, { ...shared, routes: uploads });
    done();
  });
}

/** Clients say JSON of a DELETE without a body too. Where a body is needed, its absence is told by the route. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      requireShallow(String(body));
    } catch (cause) {
      return done(new AppError('bad_request', { public: `the body is no JSON of ours: ${String(cause)}`, cause }));
    }
    void parse(request, String(body), done);
  });
}

/** A path with an upload has its other methods mounted with it. */
function partition(routes: ReturnType<typeof nativeRoutes>) {
  const uploadPaths = new Set(routes.filter((route) => route.upload).map((route) => route.path));
  const isUpload = (route: (typeof routes)[number]) => uploadPaths.has(route.path);
  return [routes.filter(isUpload), routes.filter((route) => !isUpload(route))] as const;
}
