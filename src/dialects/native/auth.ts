import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../core/caller.ts';
import { AppError } from '../../model/errors.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import type { DialectDeps } from '../dialect.ts';
import { basicCredentials, bearerToken } from '../kit/authorization-header.ts';

export const NAME = 'belfry-v1';

/** Who asks? Fails with `unauthenticated` or `rate_limited`. */
export type Guard = (request: FastifyRequest) => Promise<Caller>;

/** Knows the operator by the token of this start, and people by e-mail address and password. */
export function createGuard({ operatorToken, failureLimiter, passwordSignIn }: DialectDeps): Guard {
  return async (request) => {
    const { authorization } = request.headers;
    const from = request.ip;
    const token = bearerToken(authorization);
    if (token !== undefined) {
      return failureLimiter.verifySecret({ surface: NAME, from, account: 'operator' }, async () => {
        if (sameText(token, operatorToken)) return operator(from);
        throw new AppError('unauthenticated', { public: 'this is not the token of the running server' });
      });
    }
    const credentials = basicCredentials(authorization);
    if (credentials === undefined) {
      throw new AppError('unauthenticated', {
        public: 'send the operator token as a bearer token, or an e-mail address and password as basic credentials',
      });
    }
    return passwordSignIn.authenticate({ email: credentials.user, password: credentials.password, from, via: NAME });
  };
}

function operator(from: string): Caller {
  return {
    actor: { type: 'operator', id: 'local', label: 'operator', from, via: NAME },
    permissions: new Set(PERMISSIONS),
    root: null,
  };
}

/** Compares in a time that does not tell how much of the text was right. */
function sameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
