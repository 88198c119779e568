import { createOrganization as create } from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { enterOrganization } from './enter-organization.ts';
import type { PlacedOrganization } from './list-organizations.ts';

export interface NewOrganization {
  readonly slug: string;
  readonly name: string;
  /** Slug of the organization above; absent or null for one at the top, which only the operator may make. */
  readonly parent?: string | null | undefined;
}

/** Fails with `bad_request`, `forbidden`, `not_found` for the parent, or `conflict`. */
export async function createOrganization(
  context: Context,
  caller: Caller,
  input: NewOrganization,
): Promise<PlacedOrganization> {
  requirePermission(caller, 'administer');
  const { slug, name, parent = null } = input;
  const parentId =
    parent === null ? topFor(caller) : (await enterOrganization(context, caller, parent)).organization.id;
  const organization = await create(context.control.db, { slug, name, parentId, actor: caller.actor });
  return { ...organization, parent };
}

function topFor({ root }: Caller): null {
  if (root === null) return null;
  throw new AppError('forbidden', {
    public: `only the operator makes organizations at the top; name a parent, such as ${root.slug}`,
    faults: [{ where: 'parent', message: 'an organization you manage must be named' }],
  });
}
