import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { AppError } from '../../model/errors.ts';
import type { Dialect, DialectDeps } from '../dialect.ts';
import { type AuthorizationServer, mountOAuth } from '../kit/oauth/mount-oauth.ts';
import { serveDocument } from '../kit/serve-document.ts';
import { ALL_SCOPES } from '../kit/umbrella/scopes.ts';
import { createGuard, NAME } from './auth.ts';
import { ABOUT } from './document.ts';
import { replyWithError } from './errors.ts';
import { mountReports } from './mount-reports.ts';
import { PREFIXES } from './paths.ts';
import { mountTokenRoutes } from './routes/issue-token.ts';
import { registry } from './schemas/registry.ts';

/** Umbrella Reporting v2. What it answers is told in README.md beside this file. */
export const umbrellaV2: Dialect = {
  name: NAME,
  title: 'Umbrella Reporting API v2',
  apiVersion: '2.0.0',
  prefixes: PREFIXES,
  register,
  replyWithError,
};

const AUTHORIZATION_SERVER: AuthorizationServer = {
  audience: NAME,
  path: '/auth/v2',
  tokenPath: '/auth/v2/token',
  tokenAuthMethods: ['client_secret_basic', 'client_secret_post'],
  scopes: ALL_SCOPES,
  ownClientsOnly: false,
  isDefault: true,
  securityScheme: 'key',
};

async function register(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  await serveDocument(app, { name: NAME, about: ABOUT, publicUrl: deps.publicUrl, registry });
  // Bodies are read where they are used: clients send JSON types without JSON, and types with GET (section 2.1).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(replyWithError);
  for (const prefix of PREFIXES) app.register(refuseUnknownPaths, { prefix });
  app.register((scope, _options, done) => {
    mountTokenRoutes(scope, deps);
    done();
  });
  app.register((scope, _options, done) => {
    mountOAuth(scope, deps, AUTHORIZATION_SERVER);
    done();
  });
  mountReports(app, deps, createGuard(deps));
}

const refuseUnknownPaths: FastifyPluginCallback = (scope, _options, done) => {
  scope.setNotFoundHandler(() => {
    throw new AppError('no_route', { public: 'no Route matched with those values' });
  });
  done();
};
