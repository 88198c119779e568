import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { AppError } from '../../model/errors.ts';
import type { Dialect, DialectDeps } from '../dialect.ts';
import { serveDocument } from '../kit/serve-document.ts';
import { createGuard, NAME } from './auth.ts';
import { ABOUT } from './document.ts';
import { replyWithError } from './errors.ts';
import { mountRoutes } from './mount-routes.ts';
import { registry } from './schemas.ts';

const PREFIX = '/v1';

/** Umbrella Reporting v1 and Console v1. What it answers is told in README.md beside this file. */
export const umbrellaV1: Dialect = {
  name: NAME,
  title: 'Umbrella Reporting API v1',
  apiVersion: '1.0.0',
  prefixes: [PREFIX],
  register,
  replyWithError,
};

async function register(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  await serveDocument(app, { name: NAME, about: ABOUT, publicUrl: deps.publicUrl, registry });
  // Clients name a JSON type without sending any; nothing here reads a body.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
  app.setErrorHandler(replyWithError);
  app.register(refuseUnknownPaths, { prefix: PREFIX });
  mountRoutes(app, deps, createGuard(deps));
}

const refuseUnknownPaths: FastifyPluginCallback = (scope, _options, done) => {
  scope.setNotFoundHandler(() => {
    throw new AppError('no_route', { public: 'no Route matched with those values' });
  });
  done();
};
