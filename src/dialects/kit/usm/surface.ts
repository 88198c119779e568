import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { onBehalfOf } from '../../../core/on-behalf-of.ts';
import { AppError } from '../../../model/errors.ts';
import type { Dialect, DialectDeps } from '../../dialect.ts';
import { type MountedHandlers, mountRoute, type RouteMethod } from '../mount-route.ts';
import { mountOAuth } from '../oauth/mount-oauth.ts';
import { rawQuery } from '../raw-query.ts';
import { type SurfaceDescription, serveDocument } from '../serve-document.ts';
import type { Answer } from './call.ts';
import { tokenOperation } from './describe.ts';
import { replyWithError } from './errors.ts';
import { createGuard, type Guard } from './guard.ts';
import { originOf } from './host.ts';
import { deriveMomentKey, sealedMoments } from './moments.ts';
import { registry } from './schemas.ts';
import { ALL_SCOPES } from './scopes.ts';
import { sendJson } from './send-json.ts';
import { mountTokenRoute } from './token-route.ts';

/** One of the two USM APIs. They differ in what they answer, not in how they are spoken to. */
export interface UsmSurface extends Pick<Dialect, 'name' | 'title' | 'apiVersion'> {
  readonly prefix: string;
  /** Whether it takes clients that were made for it alone. */
  readonly ownClientsOnly: boolean;
  readonly about: SurfaceDescription;
  /** By path below the prefix and method; the token endpoint comes of itself. */
  readonly routes: Readonly<Record<string, Readonly<Partial<Record<RouteMethod, UsmRoute>>>>>;
}

export interface UsmRoute {
  readonly answer: Answer;
  readonly schema: FastifySchema;
}

export function usmDialect({ name, title, apiVersion, prefix, ...surface }: UsmSurface): Dialect {
  const register = async (app: FastifyInstance, deps: DialectDeps) => {
    await serveDocument(app, { name, about: surface.about, publicUrl: deps.publicUrl, registry });
    // Clients send types without bodies and bodies that are not what their type says (section 1.1).
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.setErrorHandler(replyWithError);
    app.register(refuseUnknownPaths, { prefix });
    app.register((scope, _options, done) => {
      const { ownClientsOnly } = surface;
      mountTokenRoute(scope, deps, {
        path: `${prefix}/oauth/token`,
        audience: name,
        ownClientsOnly,
        schema: tokenOperation,
      });
      done();
    });
    app.register((scope, _options, done) => {
      mountOAuth(scope, deps, {
        audience: name,
        path: `${prefix}/oauth`,
        tokenPath: `${prefix}/oauth/token`,
        tokenAuthMethods: ['client_secret_basic'],
        scopes: ALL_SCOPES,
        ownClientsOnly: surface.ownClientsOnly,
        isDefault: false,
        securityScheme: 'client',
      });
      done();
    });
    const shared = { deps, guard: createGuard(deps, name), momentKey: deriveMomentKey(deps.tokenKey) };
    for (const [path, routes] of Object.entries(surface.routes)) {
      mountRoute(app, { path: prefix + path, handlers: handlersOf(routes, `${name} ${path}`, shared) });
    }
  };
  return { name, title, apiVersion, prefixes: [prefix], clientNames: CLIENT_NAMES, register, replyWithError };
}

/** Section 1.4: with the vendor, the name of a client becomes its id. */
const CLIENT_NAMES = { pattern: /^[A-Za-z0-9]{1,200}$/, rule: 'must be letters and digits alone (A-Z, a-z, 0-9)' };

interface Shared {
  readonly deps: DialectDeps;
  readonly guard: Guard;
  readonly momentKey: Uint8Array;
}

function handlersOf(
  routes: Readonly<Record<string, UsmRoute>>,
  about: string,
  { deps, guard, momentKey }: Shared,
): MountedHandlers {
  const handle = async ({ answer }: UsmRoute, request: FastifyRequest, reply: FastifyReply) => {
    const scope = await guard(request);
    const body = await answer({
      context: onBehalfOf(deps.context, scope.organization),
      scope,
      request,
      query: rawQuery(request.query),
      moments: sealedMoments(momentKey, `${about} ${scope.organization.id}`),
      origin: originOf(request, deps.publicUrl, scope.organization.slug),
      usmDomain: deps.usmDomain,
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
