import { decodeJwt } from 'jose';
import { revokeToken } from '../../control/repos/tokens.ts';
import { AppError } from '../../model/errors.ts';
import type { ControlContext } from '../context.ts';
import { authenticateToken, type Credential } from './authenticate-token.ts';
import type { TokenSigning } from './token-key.ts';

export interface Revocation {
  readonly asker: Credential;
  readonly token: string;
  /** Remote address. */
  readonly from: string;
}

/**
 * Ends a token for the client it was issued to, in all processes from the next request on. One that is not good does not matter
 * (RFC 7009, section 2.2). Fails with `forbidden` for a good one of another client.
 */
export async function revokeOwnToken(
  context: ControlContext,
  { asker: { client }, token, from }: Revocation,
  signing: TokenSigning,
): Promise<void> {
  const found = await authenticateToken(context, token, signing).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'unauthenticated') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (found.client.id !== client.id) {
    throw new AppError('forbidden', { public: 'the token was issued to another client' });
  }
  const actor = { type: 'client', id: client.id, label: client.name, from, via: signing.audience } as const;
  await revokeToken(context.control.db, { id: decodeJwt(token).jti ?? '', actor });
}
