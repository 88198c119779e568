import {
  apiClientById,
  deleteApiClient,
  disableApiClient,
  enableApiClient,
  resetApiClientSecret,
} from '../../control/repos/api-clients.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { tryEnterOrganization } from '../orgs/enter-organization.ts';
import { requirePermission } from '../permission.ts';
import type { ClientWithSecret } from './create-client.ts';
import type { PlacedClient } from './list-clients.ts';

/** Its tokens stop working too, until it is enabled again. Fails with `not_found`, as do the three below. */
export async function disableClient(context: Context, caller: Caller, id: string): Promise<PlacedClient> {
  const { actor, organization } = await scopeOfClient(context, caller, id);
  return { ...(await disableApiClient(context.control.db, { id, actor })), organization: organization.slug };
}

export async function enableClient(context: Context, caller: Caller, id: string): Promise<PlacedClient> {
  const { actor, organization } = await scopeOfClient(context, caller, id);
  return { ...(await enableApiClient(context.control.db, { id, actor })), organization: organization.slug };
}

/** A new secret, shown this once. The old one and every token issued for it end here. */
export async function resetClientSecret(context: Context, caller: Caller, id: string): Promise<ClientWithSecret> {
  const { actor, organization } = await scopeOfClient(context, caller, id);
  const { client, secret } = await resetApiClientSecret(context.control.db, { id, actor });
  return { client: { ...client, organization: organization.slug }, secret };
}

/** Ends it and its tokens for good; answers what it was. */
export async function deleteClient(context: Context, caller: Caller, id: string): Promise<PlacedClient> {
  const { actor, organization } = await scopeOfClient(context, caller, id);
  return { ...(await deleteApiClient(context.control.db, { id, actor })), organization: organization.slug };
}

async function scopeOfClient(context: Context, caller: Caller, id: string): Promise<Scope> {
  requirePermission(caller, 'administer');
  const client = await apiClientById(context.control.db, id);
  const scope = client && (await tryEnterOrganization(context, caller, client.organizationId));
  if (scope !== undefined) return scope;
  throw new AppError('not_found', {
    public: `there is no API client ${id.slice(0, 64)}`,
    faults: [{ where: 'client', value: id.slice(0, 200), message: 'no client has this id' }],
  });
}
