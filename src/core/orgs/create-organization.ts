import { createOrganization as create, isWithin, organizationBySlug } from '../../control/repos/organizations.ts';
import { freeSlug } from '../../control/repos/units.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
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

/** Fails with `bad_request`, `forbidden`, `not_found` for the parent, or `conflict` with an organization in reach. */
export async function createOrganization(
  context: Context,
  caller: Caller,
  input: NewOrganization,
): Promise<PlacedOrganization> {
  requirePermission(caller, 'administer');
  const { slug, name, parent = null } = input;
  const parentId =
    parent === null ? topFor(caller) : (await enterOrganization(context, caller, parent)).organization.id;
  return inTransaction(context.control.db, async (trx) => {
    const organization = await create(trx, {
      slug: await slugFor(trx, caller, slug),
      name,
      parentId,
      actor: caller.actor,
    });
    return { ...organization, parent };
  });
}

/**
 * The slug asked for; another one made of it where an organization has it that the caller does not reach, so that the answer
 * names no organization of others.
 */
async function slugFor(trx: Trx, { root }: Caller, slug: string): Promise<string> {
  if (root === null) return slug;
  const taken = await organizationBySlug(trx, slug);
  if (taken === undefined || (await isWithin(trx, { organizationId: taken.id, rootId: root.id }))) return slug;
  return freeSlug(trx, slug);
}

function topFor({ root }: Caller): null {
  if (root === null) return null;
  throw new AppError('forbidden', {
    public: `only the operator makes organizations at the top; name a parent, such as ${root.slug}`,
    faults: [{ where: 'parent', message: 'an organization you manage must be named' }],
  });
}
