import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type ApiClient, usableApiClient } from '../../control/repos/api-clients.ts';
import { isWithin, organizationById } from '../../control/repos/organizations.ts';
import { isRevoked } from '../../control/repos/tokens.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { ControlContext } from '../context.ts';
import { TOKEN_ALGORITHM, TOKEN_ISSUER, type TokenSigning } from './token-key.ts';

/** Whose token it is and for which organization. */
export interface Credential {
  readonly client: ApiClient;
  readonly organization: Organization;
}

/**
 * Who presents this token. The control plane is asked each time, so a revoked token, a disabled client or a deactivated
 * owner ends at once. Fails with `unauthenticated`, whatever the reason.
 */
export async function authenticateToken(
  context: ControlContext,
  token: string,
  signing: TokenSigning,
): Promise<Credential> {
  const claims = await verify(context, token, signing);
  const { db } = context.control;
  const number = /^org\/(\d+)\//.exec(claims.sub ?? '')?.[1];
  if (number === undefined || claims.jti === undefined || typeof claims.client_id !== 'string') throw unauthenticated();
  if (await isRevoked(db, claims.jti)) throw unauthenticated();
  const client = await usableApiClient(db, claims.client_id, new Date(context.now()));
  const organization = await organizationById(db, Number(number));
  if (client === undefined || organization === undefined) throw unauthenticated();
  // The tree may have changed since a token for a child was issued.
  const isOwn = organization.id === client.organizationId;
  if (!isOwn && !(await isWithin(db, { organizationId: organization.id, rootId: client.organizationId }))) {
    throw unauthenticated();
  }
  return { client, organization };
}

/**
 * Claims of tokens whose signature was checked, by token and key: a signature does not change, and checking it is what a
 * request costs most before it asks the stores. Only the signature is remembered; times and revocation are looked at each time.
 */
const VERIFIED = new WeakMap<Uint8Array, LRUCache<string, JWTPayload>>();

async function verify(context: ControlContext, token: string, signing: TokenSigning): Promise<JWTPayload> {
  const known = verifiedWith(signing.key).get(`${signing.audience} ${token}`);
  if (known !== undefined) {
    if ((known.exp ?? 0) * 1000 <= context.now()) throw unauthenticated();
    return known;
  }
  const payload = await checkSignature(context, token, signing);
  verifiedWith(signing.key).set(`${signing.audience} ${token}`, payload);
  return payload;
}

function verifiedWith(key: Uint8Array): LRUCache<string, JWTPayload> {
  const present = VERIFIED.get(key);
  if (present !== undefined) return present;
  const made = new LRUCache<string, JWTPayload>({ max: 10_000 });
  VERIFIED.set(key, made);
  return made;
}

async function checkSignature(context: ControlContext, token: string, signing: TokenSigning): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, signing.key, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: signing.audience,
      requiredClaims: ['exp', 'nbf', 'jti', 'sub', 'client_id'],
      currentDate: new Date(context.now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw unauthenticated(error);
    throw error;
  }
}

function unauthenticated(cause?: unknown): AppError {
  return new AppError('unauthenticated', { public: 'unauthorized', internal: 'token refused', cause });
}
