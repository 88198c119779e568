import type { FastifyRequest } from 'fastify';
import { authenticateToken } from '../../../core/tokens/authenticate-token.ts';
import { resolveScope } from '../../../core/tokens/resolve-scope.ts';
import { AppError } from '../../../model/errors.ts';
import type { Scope } from '../../../model/scope.ts';
import type { DialectDeps } from '../../dialect.ts';
import { bearerToken } from '../authorization-header.ts';
import { rateLimit } from '../rate-limit.ts';
import { hostLabel } from './host.ts';
import { permissionsOf } from './scopes.ts';
import { tooMany } from './token-route.ts';

/** Who asks, for which organization, and may they ask now? */
export type Guard = (request: FastifyRequest) => Promise<Scope>;

/**
 * Turns a request's bearer token and its Host name into a scope, and counts it against client and organization (section 4).
 * Fails with `unauthenticated`, `foreign_organization` or `rate_limited`.
 *
 * @param audience name of the surface
 */
export function createGuard(deps: DialectDeps, audience: string): Guard {
  const signing = { key: deps.tokenKey, audience };
  const { getsPerSecond, writesPerSecond } = deps.limits;
  const gets = rateLimit(deps.countRequest, { name: `${audience} gets`, limit: getsPerSecond, windowSeconds: 1 });
  const writes = rateLimit(deps.countRequest, { name: `${audience} writes`, limit: writesPerSecond, windowSeconds: 1 });
  return async (request) => {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) throw new AppError('unauthenticated', { public: 'no bearer token' });
    const { client, organization } = await authenticateToken(deps.context, token, signing);
    const scope = await resolveScope(deps.context, {
      organization,
      narrowedTo: [],
      calledBy: hostLabel(request, deps.usmDomain),
      permissions: permissionsOf(client.scopes),
      actor: { type: 'client', id: client.id, label: client.name, from: request.ip, via: audience },
    });
    const limit = request.method === 'GET' || request.method === 'HEAD' ? gets : writes;
    const allowance = await limit(`${client.id}/${scope.organization.id}`);
    if (allowance?.granted === false) throw tooMany(allowance.resetSeconds);
    return scope;
  };
}
