import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticateClient } from '../../core/clients/authenticate-client.ts';
import { resolveScope } from '../../core/tokens/resolve-scope.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { basicCredentials } from '../kit/authorization-header.ts';
import { type RateLimit, rateLimit } from '../kit/rate-limit.ts';
import { permissionsOf } from '../kit/umbrella/scopes.ts';

export const NAME = 'umbrella-reporting-v1';

/** Who asks, for which organization, and may they ask now? */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<Scope>;

/**
 * Turns a request's key, secret and path into a scope, and counts it against the organization.
 * Fails with `unauthenticated`, `foreign_organization` or `rate_limited`.
 */
export function createGuard(deps: DialectDeps): Guard {
  const limit = rateLimit(deps.countRequest, {
    name: NAME,
    limit: deps.limits.requestsPerSecond * 60,
    windowSeconds: 60,
  });
  return async (request, reply) => {
    const credentials = basicCredentials(request.headers.authorization);
    if (credentials === undefined) throw new AppError('unauthenticated', { public: 'no key and secret' });
    const { user: id, password: secret } = credentials;
    const attempt = { surface: NAME, from: request.ip, account: id };
    const { client, organization } = await deps.failureLimiter.verifySecret(attempt, () =>
      authenticateClient(deps.context, { id, secret }, { audience: NAME }),
    );
    const { organizationId } = request.params as { organizationId?: string };
    const scope = await resolveScope(deps.context, {
      organization,
      narrowedTo: [organizationId],
      permissions: permissionsOf(client.scopes),
      actor: { type: 'client', id: client.id, label: client.name, from: request.ip, via: NAME },
    });
    await countRequest(limit, scope.organization.id, reply);
    return scope;
  };
}

/** The pair of headers that recorded answers carry (section 4.4). */
async function countRequest(limit: RateLimit, organizationId: number, reply: FastifyReply): Promise<void> {
  const allowance = await limit(organizationId);
  if (allowance === undefined) return;
  reply.headers({
    'x-ratelimit-limit-minute': String(allowance.limit),
    'x-ratelimit-remaining-minute': String(allowance.remaining),
  });
  if (allowance.granted) return;
  throw new AppError('rate_limited', {
    public: 'API rate limit exceeded',
    retryAfterSeconds: allowance.resetSeconds,
  });
}
