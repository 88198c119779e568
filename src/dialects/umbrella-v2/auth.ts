import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticateToken } from '../../core/tokens/authenticate-token.ts';
import { resolveScope } from '../../core/tokens/resolve-scope.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { bearerToken } from '../kit/authorization-header.ts';
import { type RateLimit, rateLimit } from '../kit/rate-limit.ts';
import { permissionsOf } from '../kit/umbrella/scopes.ts';

export const NAME = 'umbrella-reporting-v2';

/** Who asks, for which organization, and may they ask now? */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<Scope>;

/**
 * Turns a request's bearer token, its path and its `X-Umbrella-OrgId` into a scope, and counts it against the organization.
 * Fails with `unauthenticated`, `foreign_organization` or `rate_limited`.
 */
export function createGuard(deps: DialectDeps): Guard {
  const signing = { key: deps.tokenKey, audience: NAME };
  const limit = rateLimit(deps.countRequest, { name: NAME, limit: deps.limits.requestsPerSecond, windowSeconds: 1 });
  return async (request, reply) => {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) throw new AppError('unauthenticated', { public: 'no bearer token' });
    const { client, organization } = await authenticateToken(deps.context, token, signing);
    const { organizationId } = request.params as { organizationId?: string };
    const scope = await resolveScope(deps.context, {
      organization,
      narrowedTo: [organizationId, namedOrganization(request)],
      permissions: permissionsOf(client.scopes),
      actor: { type: 'client', id: client.id, label: client.name, from: request.ip, via: NAME },
    });
    await countRequest(limit, scope.organization.id, reply);
    return scope;
  };
}

async function countRequest(limit: RateLimit, organizationId: number, reply: FastifyReply): Promise<void> {
  const allowance = await limit(organizationId);
  if (allowance === undefined) return;
  reply.headers({
    'x-ratelimit-limit-second': String(allowance.limit),
    'x-ratelimit-remaining-second': String(allowance.remaining),
    'ratelimit-limit': String(allowance.limit),
    'ratelimit-remaining': String(allowance.remaining),
    'ratelimit-reset': String(allowance.resetSeconds),
  });
  if (!allowance.granted) throw tooMany(allowance.resetSeconds);
}

/** The organization the header `X-Umbrella-OrgId` names, on token and API requests alike (section 2.1). */
export function namedOrganization(request: FastifyRequest): string | undefined {
  const given = String(request.headers['x-umbrella-orgid'] ?? '').trim();
  return given === '' ? undefined : given;
}

export function tooMany(retryAfterSeconds: number): AppError {
  return new AppError('rate_limited', { public: 'API rate limit exceeded', retryAfterSeconds });
}
