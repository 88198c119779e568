import { organizationById } from '../../control/repos/organizations.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { enterOrganization } from './enter-organization.ts';
import type { PlacedOrganization } from './list-organizations.ts';

/** Fails with `not_found`, also for what the caller does not reach. */
export async function readOrganization(context: Context, caller: Caller, slug: string): Promise<PlacedOrganization> {
  requirePermission(caller, 'reference:read');
  const { organization } = await enterOrganization(context, caller, slug);
  const { id, parentId } = organization;
  // What stands above the caller's own organization is not theirs to see.
  const above = parentId === null || id === caller.root?.id ? undefined : parentId;
  const parent = above === undefined ? undefined : await organizationById(context.control.db, above);
  return { ...organization, parent: parent?.slug ?? null };
}
