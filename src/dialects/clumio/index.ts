import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { AppError } from '../../model/errors.ts';
import type { Dialect, DialectDeps } from '../dialect.ts';
import { serveDocument } from '../kit/serve-document.ts';
import { createGuard, NAME } from './auth.ts';
import { ABOUT } from './document.ts';
import { mountDownloads } from './downloads.ts';
import { replyWithError } from './errors.ts';
import { mountResources } from './mount.ts';
import { ROLES } from './roles.ts';
import { discovery } from './routes/discovery.ts';
import { RESOURCES } from './routes/index.ts';
import { mountRunFiles } from './run-files.ts';
import { registry } from './schemas.ts';

const PATHS = [
  '/reports/downloads',
  '/reports/compliance',
  '/tasks',
  '/audit-trails',
  '/organizational-units',
  '/alerts',
];

/** Clumio's report API. What it answers is told in README.md beside this file; it has `GET /` besides its prefixes. */
export const clumio: Dialect = {
  name: NAME,
  title: 'Clumio REST API for reports',
  apiVersion: '1',
  prefixes: PATHS.flatMap((path) => [path, `/api${path}`]),
  tokens: { roles: ROLES },
  register,
  replyWithError,
};

async function register(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  await serveDocument(app, { name: NAME, about: ABOUT, publicUrl: deps.publicUrl, registry });
  // Clients send JSON as text, without a type, and types without a body (section 1.5).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(replyWithError);
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/' && wantsPage(request)) return reply.callNotFound();
  });
  for (const prefix of clumio.prefixes) app.register(refuseUnknownPaths, { prefix });
  const guard = createGuard(deps);
  mountResources(app, [...RESOURCES, discovery(RESOURCES)], { deps, guard });
  mountDownloads(app, { deps, guard });
  mountRunFiles(app, { deps, guard });
}

/** `GET /` of a browser is the console's. */
function wantsPage({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}

const refuseUnknownPaths: FastifyPluginCallback = (scope, _options, done) => {
  scope.setNotFoundHandler(() => {
    throw new AppError('no_route', { public: 'there is nothing at this path' });
  });
  done();
};
