import { authenticateApiClient, touchApiClient } from '../../control/repos/api-clients.ts';
import { requireOrganization } from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { ControlContext } from '../context.ts';
import type { Credential } from '../tokens/authenticate-token.ts';

export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/** What a client asks to use. */
export interface Door {
  /** Name of the surface. */
  readonly audience: string;
  /** Whether it takes clients that were made for it alone. */
  readonly ownClientsOnly?: boolean;
}

/**
 * The client that presents its id and secret to a surface, and the organization it belongs to. This counts as its use.
 *
 * Fails with `unauthenticated` whatever is wrong: id, secret, a client that is disabled or expired, an owner who is disabled, a
 * client made for another surface.
 */
export async function authenticateClient(
  context: ControlContext,
  credentials: ClientCredentials,
  door: Door,
): Promise<Credential> {
  const { db } = context.control;
  const now = new Date(context.now());
  const client = await authenticateApiClient(db, credentials, now);
  if (client === undefined || !mayUse(client.api, door)) {
    throw new AppError('unauthenticated', { public: 'wrong client id or secret' });
  }
  await touchApiClient(db, client, now);
  return { client, organization: await requireOrganization(db, client.organizationId) };
}

/** A client made for one surface works there alone; any other works on every surface that does not ask for one of its own. */
function mayUse(api: string | null, { audience, ownClientsOnly = false }: Door): boolean {
  return api === audience || (api === null && !ownClientsOnly);
}
