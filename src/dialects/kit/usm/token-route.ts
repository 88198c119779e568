import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { issueToken } from '../../../core/tokens/issue-token.ts';
import { AppError, badInput } from '../../../model/errors.ts';
import type { DialectDeps } from '../../dialect.ts';
import { basicCredentials } from '../authorization-header.ts';
import { mountRoute } from '../mount-route.ts';
import { neverStored } from '../oauth/errors.ts';
import { clientCredentials, readForm } from '../oauth/form.ts';
import { rateLimit } from '../rate-limit.ts';
import { replyToTokenRequest } from './errors.ts';
import { ALL_SCOPES } from './scopes.ts';
import { sendJson } from './send-json.ts';

/** How long a token is said to be good, and how long it is: clients believe either (section 7.1). */
const SAID_SECONDS = 899;
const LIFETIME_SECONDS = 1800;

export interface TokenRoute {
  readonly path: string;
  /** Name of the surface. */
  readonly audience: string;
  readonly ownClientsOnly: boolean;
  readonly schema: FastifySchema;
}

/** Mounts a token endpoint on a scope of its own: it answers faults in words of its own (sections 1.1 to 1.3). */
export function mountTokenRoute(app: FastifyInstance, deps: DialectDeps, route: TokenRoute): void {
  app.setErrorHandler((error, request, reply) => replyToTokenRequest(error, request, neverStored(reply)));
  const limit = rateLimit(deps.countRequest, {
    name: `${route.audience} tokens`,
    limit: deps.limits.writesPerSecond,
    windowSeconds: 1,
  });
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const form = readForm(request.body);
    clientCredentials(request, form);
    const credentials = basicCredentials(request.headers.authorization);
    if (credentials === undefined) throw new AppError('unauthenticated', { public: 'no client credentials' });
    requireClientCredentials(request, form);
    const issued = await issueToken(
      deps.context,
      {
        clientId: credentials.user,
        secret: credentials.password,
        organizationNumber: undefined,
        lifetimeSeconds: LIFETIME_SECONDS,
        allScopes: ALL_SCOPES,
        ownClientsOnly: route.ownClientsOnly,
        guarded: (verify) =>
          deps.failureLimiter.verifySecret(
            { surface: route.audience, from: request.ip, account: credentials.user },
            verify,
          ),
        admit: async (clientId) => {
          const allowance = await limit(clientId);
          if (allowance?.granted === false) throw tooMany(allowance.resetSeconds);
        },
      },
      { key: deps.tokenKey, audience: route.audience },
    );
    return sendJson(neverStored(reply), {
      access_token: issued.token,
      token_type: 'bearer',
      expires_in: SAID_SECONDS,
      scope: issued.scope,
      jti: issued.id,
    });
  };
  mountRoute(app, { path: route.path, handlers: { POST: { handler, schema: route.schema } } });
}

export function tooMany(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', { public: 'too many requests', retryAfterSeconds });
}

/** From the query or a form; bodies are whatever clients send with it and need not be forms. */
function requireClientCredentials(request: FastifyRequest, form: ReadonlyMap<string, string>): void {
  const { grant_type: asked } = request.query as { grant_type?: string | string[] };
  if (Array.isArray(asked)) {
    throw badInput('grant_type', undefined, 'the parameter grant_type is given more than once');
  }
  const grantType = asked || form.get('grant_type');
  if (!grantType) throw badInput('grant_type', undefined, 'missing required parameter grant_type');
  if (grantType.trim().toLowerCase() === 'client_credentials') return;
  throw badInput('grant_type', grantType, 'invalid value for grant_type: must be client_credentials');
}
