import { createApiClient } from '../../control/repos/api-clients.ts';
import { userByEmail } from '../../control/repos/users.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { enterOrganization, tryEnterOrganization } from '../orgs/enter-organization.ts';
import { requirePermission } from '../permission.ts';
import type { PlacedClient } from './list-clients.ts';

export interface NewClient {
  /** Slug. */
  readonly organization: string;
  readonly name: string;
  /** The one surface it may use; absent or null for the default set. */
  readonly api?: string | null | undefined;
  /** The vendor's names of what it may do; absent or null for everything. */
  readonly scopes?: readonly string[] | null | undefined;
  /** E-mail address of the user it belongs to: it works only while that user is enabled. */
  readonly owner?: string | null | undefined;
  /** When it stops working by itself; absent or null for never. */
  readonly expiresAt?: Date | null | undefined;
}

export interface ClientWithSecret {
  readonly client: PlacedClient;
  /** Shown this once. */
  readonly secret: string;
}

/** Fails with `bad_request`, `forbidden`, or `not_found` for the organization or the owner. */
export async function createClient(context: Context, caller: Caller, input: NewClient): Promise<ClientWithSecret> {
  requirePermission(caller, 'administer');
  const { organization, actor } = await enterOrganization(context, caller, input.organization);
  const { client, secret } = await createApiClient(context.control.db, {
    name: input.name,
    organizationId: organization.id,
    api: input.api ?? null,
    scopes: input.scopes ?? null,
    expiresAt: input.expiresAt ?? null,
    ownerUserId: input.owner ? await ownerId(context, caller, input.owner) : null,
    actor,
  });
  return { client: { ...client, organization: organization.slug }, secret };
}

async function ownerId(context: Context, caller: Caller, email: string): Promise<string> {
  const owner = await userByEmail(context.control.db, email);
  if (owner !== undefined && (await tryEnterOrganization(context, caller, owner.organizationId))) return owner.id;
  throw new AppError('not_found', {
    public: `there is no user ${email.slice(0, 254)}`,
    faults: [{ where: 'owner', value: email.slice(0, 200), message: 'no user has this address' }],
  });
}
