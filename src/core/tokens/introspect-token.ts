import { decodeJwt } from 'jose';
import { AppError } from '../../model/errors.ts';
import type { ControlContext } from '../context.ts';
import { authenticateToken, type Credential } from './authenticate-token.ts';
import type { TokenSigning } from './token-key.ts';

/** What a token says of itself, by the names of RFC 7662, section 2.2. */
export interface TokenDescription {
  readonly scope: string;
  readonly client_id: string;
  readonly sub: string;
  readonly aud: string;
  readonly jti: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

/**
 * What a token is, for the client it was issued to and for clients of the organization it is for. Undefined for every other one,
 * whether it is good or not.
 */
export async function introspectToken(
  context: ControlContext,
  { asker, token }: { readonly asker: Credential; readonly token: string },
  signing: TokenSigning,
): Promise<TokenDescription | undefined> {
  const found = await authenticateToken(context, token, signing).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'unauthenticated') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const isOwn = found.client.id === asker.client.id;
  if (!isOwn && found.organization.id !== asker.organization.id) return undefined;
  const { scope, client_id, sub, aud, jti, iat, nbf, exp } = decodeJwt<TokenDescription>(token);
  return { scope, client_id, sub, aud, jti, iat, nbf, exp } as TokenDescription;
}
