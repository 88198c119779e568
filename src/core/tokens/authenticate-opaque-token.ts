import { isWithin, requireOrganization } from '../../control/repos/organizations.ts';
import { requireUser, type User } from '../../control/repos/users.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import { authenticateClient } from '../clients/authenticate-client.ts';
import type { ControlContext } from '../context.ts';
import type { Credential } from './authenticate-token.ts';
import { readOpaqueToken } from './opaque-token.ts';

/** Whose token it is; `owner` is the person it belongs to, whose role and organization limit it, or null. */
export interface OpaqueCredential extends Credential {
  readonly owner: User | null;
}

/**
 * Who presents a token made of a client's id and secret. The control plane is asked each time, so a new secret, a disabled or
 * deleted client and a disabled owner end it at once. Fails with `unauthenticated`, whatever the reason.
 *
 * @param audience name of the surface; it takes clients that were made for it alone
 */
export async function authenticateOpaqueToken(
  context: ControlContext,
  token: string,
  audience: string,
): Promise<OpaqueCredential> {
  const credentials = readOpaqueToken(token);
  if (credentials === undefined) throw unauthenticated();
  const { client, organization } = await authenticateClient(context, credentials, { audience, ownClientsOnly: true });
  if (client.ownerUserId === null) return { client, organization, owner: null };
  const owner = await requireUser(context.control.db, client.ownerUserId);
  return { client, owner, organization: await reachOfBoth(context, organization, owner) };
}

/** A person's token reaches what both it and the person reach, wherever they stand in the tree by now. */
async function reachOfBoth(context: ControlContext, organization: Organization, owner: User): Promise<Organization> {
  const { db } = context.control;
  const own = owner.organizationId;
  if (own === organization.id) return organization;
  if (await isWithin(db, { organizationId: organization.id, rootId: own })) return organization;
  if (await isWithin(db, { organizationId: own, rootId: organization.id })) return requireOrganization(db, own);
  throw unauthenticated();
}

function unauthenticated(): AppError {
  return new AppError('unauthenticated', { public: 'the token is not valid' });
}
