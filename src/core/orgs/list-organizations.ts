import { descendantIds, listOrganizations as listAll } from '../../control/repos/organizations.ts';
import type { Organization } from '../../model/organization.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** An organization with the name of the one above, as far as the caller sees it. */
export interface PlacedOrganization extends Organization {
  /** Slug; null at the top of what the caller reaches. */
  readonly parent: string | null;
}

/** Every organization the caller reaches, parents before children. */
export async function listOrganizations(context: Context, caller: Caller): Promise<PlacedOrganization[]> {
  requirePermission(caller, 'reference:read');
  const { db } = context.control;
  const all = await listAll(db);
  const { root } = caller;
  const within = root === null ? undefined : new Set([root.id, ...(await descendantIds(db, root.id))]);
  const visible = within === undefined ? all : all.filter(({ id }) => within.has(id));
  const slugs = new Map(visible.map(({ id, slug }) => [id, slug]));
  return visible.map((organization) => ({ ...organization, parent: slugs.get(organization.parentId ?? 0) ?? null }));
}
