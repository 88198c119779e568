import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { issueToken } from '../../../core/tokens/issue-token.ts';
import { AppError, badInput } from '../../../model/errors.ts';
import type { DialectDeps } from '../../dialect.ts';
import { mountRoute } from '../../kit/mount-route.ts';
import { clientCredentials, readForm } from '../../kit/oauth/form.ts';
import { type RateLimit, rateLimit } from '../../kit/rate-limit.ts';
import { ALL_SCOPES } from '../../kit/umbrella/scopes.ts';
import { NAME, namedOrganization, tooMany } from '../auth.ts';
import { replyWithError } from '../errors.ts';
import { tokenOperation } from '../operations.ts';
import { TOKEN_PATHS } from '../paths.ts';
import { sendJson } from '../send-json.ts';

/** Mounts the token endpoint (section 2.1): GET and POST, Basic or form credentials. */
export function mountTokenRoutes(app: FastifyInstance, deps: DialectDeps): void {
  const limit = rateLimit(deps.countRequest, {
    name: `${NAME} tokens`,
    limit: deps.limits.tokensPerMinute,
    windowSeconds: 60,
  });
  app.setErrorHandler((error, request, reply) => {
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    const refused = error instanceof AppError && error.code === 'unauthenticated';
    if (!refused) return replyWithError(error, request, reply);
    request.log.info({ code: error.code }, error.message);
    reply.code(401).header('www-authenticate', 'Basic realm="belfry"');
    return sendJson(reply, { message: 'Invalid authentication credentials' });
  });
  const handler = (request: FastifyRequest, reply: FastifyReply) => answer(deps, limit, request, reply);
  for (const path of TOKEN_PATHS) {
    const schema = (method: 'GET' | 'POST') => tokenOperation(path, method);
    mountRoute(app, {
      path,
      handlers: { GET: { handler, schema: schema('GET') }, POST: { handler, schema: schema('POST') } },
    });
  }
}

async function answer(deps: DialectDeps, limit: RateLimit, request: FastifyRequest, reply: FastifyReply) {
  const form = readForm(request.body);
  const credentials = clientCredentials(request, form);
  if (credentials === undefined) throw new AppError('unauthenticated', { public: 'no credentials' });
  requireClientCredentials(form.get('grant_type') ?? '');
  const { token, scope, expiresInSeconds } = await issueToken(
    deps.context,
    {
      clientId: credentials.user,
      secret: credentials.password,
      organizationNumber: namedOrganization(request),
      lifetimeSeconds: deps.tokenLifetimeSeconds,
      allScopes: ALL_SCOPES,
      guarded: (verify) =>
        deps.failureLimiter.verifySecret({ surface: NAME, from: request.ip, account: credentials.user }, verify),
      admit: (clientId) => count(limit, clientId, reply),
    },
    { key: deps.tokenKey, audience: NAME },
  );
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  const answer = { token_type: 'bearer', access_token: token, expires_in: expiresInSeconds };
  // Scopes are the client's, whatever it asks for: that must be said (RFC 6749, section 5.1).
  return sendJson(reply, form.has('scope') ? { ...answer, scope } : answer);
}

/** Clients leave the grant type out, or write it with a capital. */
function requireClientCredentials(grantType: string): void {
  if (grantType === '' || grantType.toLowerCase() === 'client_credentials') return;
  throw badInput('grant_type', grantType, 'invalid value for grant_type: must be client_credentials');
}

async function count(limit: RateLimit, clientId: string, reply: FastifyReply): Promise<void> {
  const allowance = await limit(clientId);
  if (allowance === undefined) return;
  reply.headers({
    'x-ratelimit-limit-minute': String(allowance.limit),
    'x-ratelimit-remaining-minute': String(allowance.remaining),
    'ratelimit-limit': String(allowance.limit),
    'ratelimit-remaining': String(allowance.remaining),
    'ratelimit-reset': String(allowance.resetSeconds),
  });
  if (!allowance.granted) throw tooMany(allowance.resetSeconds);
}
