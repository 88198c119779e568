import type { FastifyRequest } from 'fastify';
import { authenticateOpaqueToken, type OpaqueCredential } from '../../core/tokens/authenticate-opaque-token.ts';
import { opaqueTokenId } from '../../core/tokens/opaque-token.ts';
import { resolveScope } from '../../core/tokens/resolve-scope.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor, Scope } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { bearerToken } from '../kit/authorization-header.ts';
import { rateLimit } from '../kit/rate-limit.ts';
import { permissionsOf, permissionsOfUser } from './roles.ts';
import { GLOBAL_UNIT, isUuid } from './units.ts';

export const NAME = 'clumio';

const CONTEXT_HEADER = 'X-Clumio-OrganizationalUnit-Context';

/** Who asks, and for which part of the tree. */
export interface Permit {
  /** The organizational unit in whose context the request is served, with all below it. */
  readonly scope: Scope;
  /** The unit the token belongs to: for it, the global one. */
  readonly root: Organization;
}

/** Fails with `unauthenticated`, `rate_limited`, `bad_request` or `foreign_organization`. */
export type Guard = (request: FastifyRequest) => Promise<Permit>;

/** Turns a request's token and context header into a scope, and counts it against the token's organization. */
export function createGuard({ context, limits, countRequest, failureLimiter }: DialectDeps): Guard {
  const limit = rateLimit(countRequest, { name: NAME, limit: limits.clumioRequestsPerSecond, windowSeconds: 1 });
  return async (request) => {
    const token = presentedToken(request);
    const attempt = { surface: NAME, from: request.ip, account: opaqueTokenId(token) ?? '' };
    const credential = await failureLimiter.verifySecret(attempt, () => authenticateOpaqueToken(context, token, NAME));
    const { organization: root, client, owner } = credential;
    const allowance = await limit(root.id);
    if (allowance?.granted === false) {
      throw new AppError('rate_limited', { public: 'too many requests', retryAfterSeconds: allowance.resetSeconds });
    }
    const scope = await resolveScope(context, {
      organization: root,
      narrowedTo: [],
      namedByUuid: unitNamed(request),
      permissions: owner === null ? permissionsOf(client.scopes) : permissionsOfUser(owner),
      actor: actorOf(credential, request),
    });
    return { scope, root };
  };
}

function presentedToken(request: FastifyRequest): string {
  const { authorization } = request.headers;
  if (!authorization?.trim()) throw new AppError('unauthenticated', { public: MISSING_TOKEN });
  const token = bearerToken(authorization);
  if (token === undefined) throw new AppError('unauthenticated', { public: 'the authentication token is malformed' });
  return token;
}

/** What the vendor says where no token came (section 6.6). */
export const MISSING_TOKEN = 'The authentication token is missing';

/** Clients send the header without a value when they mean none (section 1.3); the global unit is the token's own. */
function unitNamed(request: FastifyRequest): string | undefined {
  const given = [request.headers[CONTEXT_HEADER.toLowerCase()]].flat().at(-1)?.trim() ?? '';
  if (given === '' || given === GLOBAL_UNIT.id) return undefined;
  if (!isUuid(given)) throw badInput(CONTEXT_HEADER, given, `invalid value for ${CONTEXT_HEADER}: not a UUID`);
  return given;
}

function actorOf({ client, owner }: OpaqueCredential, { ip }: FastifyRequest): Actor {
  const place = { from: ip, via: NAME };
  if (owner !== null) return { type: 'user', id: owner.id, label: owner.email, ...place };
  return { type: 'client', id: client.id, label: client.name, ...place };
}
