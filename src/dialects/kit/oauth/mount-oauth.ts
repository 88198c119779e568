import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { authenticateClient } from '../../../core/clients/authenticate-client.ts';
import type { Credential } from '../../../core/tokens/authenticate-token.ts';
import { introspectToken } from '../../../core/tokens/introspect-token.ts';
import { revokeOwnToken } from '../../../core/tokens/revoke-own-token.ts';
import { AppError, badInput } from '../../../model/errors.ts';
import type { DialectDeps } from '../../dialect.ts';
import { mountRoute } from '../mount-route.ts';
import { neverStored, replyWithOAuthError } from './errors.ts';
import { clientCredentials, readForm } from './form.ts';

/** One surface as an authorization server. */
export interface AuthorizationServer {
  /** Name of the surface. */
  readonly audience: string;
  /** Path of its issuer identifier; the endpoints below are found under it. */
  readonly path: string;
  readonly tokenPath: string;
  readonly tokenAuthMethods: readonly ('client_secret_basic' | 'client_secret_post')[];
  readonly scopes: readonly string[];
  readonly ownClientsOnly: boolean;
  /** Whether it is the one that is found without a path. */
  readonly isDefault: boolean;
  /** Name of the Basic scheme in the surface's document. */
  readonly securityScheme: string;
}

const METADATA = '/.well-known/oauth-authorization-server';

/** Mounts revocation (RFC 7009), introspection (RFC 7662) and metadata (RFC 8414) on a scope of its own. */
export function mountOAuth(app: FastifyInstance, deps: DialectDeps, server: AuthorizationServer): void {
  app.setErrorHandler(replyWithOAuthError);
  const { path } = server;
  const security = [{ [server.securityScheme]: [] }];
  const guarded = (act: Action) => (request: FastifyRequest, reply: FastifyReply) =>
    run(deps, server, act, request, reply);
  mountRoute(app, {
    path: `${path}/revoke`,
    handlers: { POST: { handler: guarded(revoke), schema: { ...REVOKE, security } } },
  });
  mountRoute(app, {
    path: `${path}/introspect`,
    handlers: { POST: { handler: guarded(introspect), schema: { ...INTROSPECT, security } } },
  });
  const issuers = [
    { at: METADATA + path, issuerPath: path },
    { at: path + METADATA, issuerPath: path },
    ...(server.isDefault ? [{ at: METADATA, issuerPath: '' }] : []),
  ];
  for (const { at, issuerPath } of issuers) {
    app.get(at, { schema: { hide: true } }, (request, reply) => {
      const origin = deps.publicUrl ?? `${request.protocol}://${request.host}`;
      return reply.type('application/json').send(JSON.stringify(metadataOf(server, origin, issuerPath)));
    });
  }
}

interface Asked {
  readonly deps: DialectDeps;
  readonly server: AuthorizationServer;
  readonly asker: Credential;
  readonly token: string;
  readonly from: string;
}

type Action = (asked: Asked) => Promise<object | undefined>;

async function run(
  deps: DialectDeps,
  server: AuthorizationServer,
  act: Action,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const form = readForm(request.body);
  const credentials = clientCredentials(request, form);
  if (credentials === undefined) throw new AppError('unauthenticated', { public: 'no client credentials' });
  const { audience, ownClientsOnly } = server;
  const attempt = { surface: audience, from: request.ip, account: credentials.user };
  const asker = await deps.failureLimiter.verifySecret(attempt, () =>
    authenticateClient(
      deps.context,
      { id: credentials.user, secret: credentials.password },
      { audience, ownClientsOnly },
    ),
  );
  const token = form.get('token');
  if (token === undefined) throw badInput('token', undefined, 'missing required parameter token');
  const answer = await act({ deps, server, asker, token, from: request.ip });
  neverStored(reply);
  if (answer === undefined) return reply.send();
  return reply.type('application/json').send(JSON.stringify(answer));
}

async function revoke({ deps, server: { audience }, asker, token, from }: Asked): Promise<undefined> {
  await revokeOwnToken(deps.context, { asker, token, from }, { key: deps.tokenKey, audience });
}

async function introspect({ deps, server: { audience }, asker, token }: Asked): Promise<object> {
  const found = await introspectToken(deps.context, { asker, token }, { key: deps.tokenKey, audience });
  return found === undefined ? { active: false } : { active: true, token_type: 'Bearer', ...found };
}

/** The members are those of RFC 8414, section 2. */
function metadataOf(server: AuthorizationServer, origin: string, issuerPath: string): object {
  const { path, tokenPath, audience, scopes, tokenAuthMethods } = server;
  return {
    issuer: origin + issuerPath,
    token_endpoint: origin + tokenPath,
    token_endpoint_auth_methods_supported: tokenAuthMethods,
    // Required, although no grant here has a response type.
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    scopes_supported: scopes,
    revocation_endpoint: `${origin}${path}/revoke`,
    revocation_endpoint_auth_methods_supported: BOTH_METHODS,
    introspection_endpoint: `${origin}${path}/introspect`,
    introspection_endpoint_auth_methods_supported: BOTH_METHODS,
    service_documentation: `${origin}/docs/${audience}`,
  };
}

const BOTH_METHODS = ['client_secret_basic', 'client_secret_post'];

const FAULT = z.object({ error: z.string(), error_description: z.string() });

const faults = Object.fromEntries(
  Object.entries({
    400: 'The request is malformed',
    401: 'Wrong client id or secret',
    429: 'Too many wrong secrets',
  }).map(([status, description]) => [status, { description, content: { 'application/json': { schema: FAULT } } }]),
);

const described = (
  text: { operationId: string; summary: string; description: string },
  answer: object,
): FastifySchema =>
  ({
    ...text,
    tags: ['Token'],

    consumes: ['application/x-www-form-urlencoded'],
    body: z.object({ token: z.string(), token_type_hint: z.string().optional() }),
    response: { 200: answer, ...faults },
  }) as FastifySchema;

const REVOKE = described(
  {
    operationId: 'revokeToken',
    summary: 'Ends an access token before its time (RFC 7009)',
    description:
      'Belfry’s own. A client ends its own tokens; one that is not good any more is answered with 200 as well.',
  },
  {
    description: 'The token is not good, or not any more; without a body',
    content: { 'text/plain': { schema: z.string().max(0) } },
  },
);

const INTROSPECT = described(
  {
    operationId: 'introspectToken',
    summary: 'Tells whether an access token is good (RFC 7662)',
    description:
      'Belfry’s own. Others’ tokens are answered like ones that do not exist, unless they are for the client’s organization.',
  },
  {
    description: 'What the token is',
    content: {
      'application/json': {
        schema: z.object({
          active: z.boolean(),
          token_type: z.string().optional(),
          scope: z.string().optional(),
          client_id: z.string().optional(),
          sub: z.string().optional(),
          aud: z.string().optional(),
          jti: z.string().optional(),
          iat: z.number().optional(),
          nbf: z.number().optional(),
          exp: z.number().optional(),
        }),
      },
    },
  },
);
