import { randomBytes } from 'node:crypto';
import { createUser as create, type User } from '../../control/repos/users.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { enterOrganization } from '../orgs/enter-organization.ts';
import { requirePermission } from '../permission.ts';
import type { PlacedUser } from './list-users.ts';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: User['role'];
  /** Slug. */
  readonly organization: string;
  /** At least 10 characters; without one a random one is made. */
  readonly password?: string | undefined;
}

export interface CreatedUser {
  readonly user: PlacedUser;
  /** Shown this once; null where the caller gave one. */
  readonly generatedPassword: string | null;
}

/** Fails with `bad_request`, `forbidden`, `not_found` for the organization, or `conflict`. */
export async function createUser(context: Context, caller: Caller, input: NewUser): Promise<CreatedUser> {
  requirePermission(caller, 'administer');
  const { organization, actor } = await enterOrganization(context, caller, input.organization);
  const generatedPassword = input.password === undefined ? randomBytes(15).toString('base64url') : null;
  const user = await create(context.control.db, {
    email: input.email,
    name: input.name,
    role: input.role,
    password: input.password ?? generatedPassword ?? '',
    organizationId: organization.id,
    actor,
  });
  return { user: { ...user, organization: organization.slug }, generatedPassword };
}
