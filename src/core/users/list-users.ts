import { listUsers as listAll, type User } from '../../control/repos/users.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { enterOrganization } from '../orgs/enter-organization.ts';
import { listOrganizations } from '../orgs/list-organizations.ts';
import { requirePermission } from '../permission.ts';

/** A user with the slug of their organization. */
export interface PlacedUser extends User {
  readonly organization: string;
}

/** Users of one organization, or of all the caller reaches; by address. */
export async function listUsers(
  context: Context,
  caller: Caller,
  input: { organization?: string | undefined },
): Promise<PlacedUser[]> {
  requirePermission(caller, 'administer');
  const { db } = context.control;
  if (input.organization !== undefined) {
    const { organization } = await enterOrganization(context, caller, input.organization);
    const users = await listAll(db, { organizationId: organization.id });
    return users.map((user) => ({ ...user, organization: organization.slug }));
  }
  const slugs = new Map((await listOrganizations(context, caller)).map(({ id, slug }) => [id, slug]));
  return (await listAll(db)).flatMap((user) => {
    const organization = slugs.get(user.organizationId);
    return organization === undefined ? [] : [{ ...user, organization }];
  });
}
