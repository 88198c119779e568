import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { recordToken } from '../../control/repos/tokens.ts';
import { authenticateClient } from '../clients/authenticate-client.ts';
import type { ControlContext } from '../context.ts';
import { narrow } from './resolve-scope.ts';
import { TOKEN_ALGORITHM, TOKEN_ISSUER, type TokenSigning } from './token-key.ts';

export interface TokenRequest {
  readonly clientId: string;
  readonly secret: string;
  /** The organization the token shall be for, as the caller spells it; the client's own where absent. */
  readonly organizationNumber: string | undefined;
  readonly lifetimeSeconds: number;
  /** What a client without a list of scopes gets, in the vendor's spelling. */
  readonly allScopes: readonly string[];
  /** Whether the surface takes clients that were made for it alone. */
  readonly ownClientsOnly?: boolean;
  /** Verifies the secret; it limits those who guess. */
  readonly guarded: <Result>(verify: () => Promise<Result>) => Promise<Result>;
  /** Called for a client whose secret is right, before a token is made; may refuse. */
  readonly admit: (clientId: string) => Promise<void>;
}

export interface NewToken {
  /** A JWT. */
  readonly token: string;
  /** Its `jti`. */
  readonly id: string;
  /** What it may do, in the vendor's spelling, separated by spaces. */
  readonly scope: string;
  readonly expiresInSeconds: number;
}

/**
 * Exchanges a client's id and secret for an access token, which is recorded before it is handed out.
 *
 * Fails with `unauthenticated` whatever is wrong with the credential, with `foreign_organization`, and as `guarded` and `admit` do.
 */
export async function issueToken(
  context: ControlContext,
  request: TokenRequest,
  signing: TokenSigning,
): Promise<NewToken> {
  const { db } = context.control;
  const credentials = { id: request.clientId, secret: request.secret };
  const door = { audience: signing.audience, ownClientsOnly: request.ownClientsOnly ?? false };
  const { client, organization: own } = await request.guarded(() => authenticateClient(context, credentials, door));
  await request.admit(client.id);
  const organization = await narrow(context, own, request.organizationNumber);
  const issuedAt = Math.floor(context.now() / 1000);
  const expiresAt = issuedAt + request.lifetimeSeconds;
  const id = randomUUID();
  const scope = (client.scopes ?? request.allScopes).join(' ').toLowerCase();
  const token = await new SignJWT({ scope, client_id: client.id })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: 'JWT' })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(signing.audience)
    // Clients take the organization out of this text (umbrella.md, section 2.1).
    .setSubject(`org/${organization.id}/user/${client.ownerUserId ?? client.id}`)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signing.key);
  await recordToken(db, {
    id,
    clientId: client.id,
    organizationId: organization.id,
    issuedAt: new Date(issuedAt * 1000),
    expiresAt: new Date(expiresAt * 1000),
  });
  return { token, id, scope, expiresInSeconds: request.lifetimeSeconds };
}
