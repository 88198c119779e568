import { type ApiClient, listApiClients } from '../../control/repos/api-clients.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { enterOrganization } from '../orgs/enter-organization.ts';
import { listOrganizations } from '../orgs/list-organizations.ts';
import { requirePermission } from '../permission.ts';

/** An API client with the slug of its organization. */
export interface PlacedClient extends ApiClient {
  readonly organization: string;
}

/** Clients of one organization, or of all the caller reaches; oldest first. */
export async function listClients(
  context: Context,
  caller: Caller,
  input: { organization?: string | undefined },
): Promise<PlacedClient[]> {
  requirePermission(caller, 'administer');
  const { db } = context.control;
  if (input.organization !== undefined) {
    const { organization } = await enterOrganization(context, caller, input.organization);
    const clients = await listApiClients(db, { organizationId: organization.id });
    return clients.map((client) => ({ ...client, organization: organization.slug }));
  }
  const slugs = new Map((await listOrganizations(context, caller)).map(({ id, slug }) => [id, slug]));
  return (await listApiClients(db)).flatMap((client) => {
    const organization = slugs.get(client.organizationId);
    return organization === undefined ? [] : [{ ...client, organization }];
  });
}
