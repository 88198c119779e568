import { moveOrganization as move } from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { enterOrganization } from './enter-organization.ts';
import type { PlacedOrganization } from './list-organizations.ts';

export interface OrganizationMove {
  /** Slug of what is moved, with all that is below it. */
  readonly organization: string;
  /** Slug of the organization above it from now on; null for a place at the top, which only the operator gives. */
  readonly parent: string | null;
}

/**
 * Hangs an organization under another one. Who reached it through those above it, tokens included, no longer does from
 * this moment on; its own users and clients stay.
 *
 * Fails with `forbidden`, `not_found` for either organization, `bad_request` under itself, or `conflict` over the name.
 */
export async function moveOrganization(
  context: Context,
  caller: Caller,
  { organization: slug, parent }: OrganizationMove,
): Promise<PlacedOrganization> {
  requirePermission(caller, 'administer');
  const { organization, actor } = await enterOrganization(context, caller, slug);
  const { root } = caller;
  if (root?.id === organization.id) throw forbidden(`${slug} is moved by the operator or from above it`);
  if (parent === null && root !== null) {
    throw forbidden(`only the operator moves organizations to the top; name a parent, such as ${root.slug}`);
  }
  const parentId = parent === null ? null : (await enterOrganization(context, caller, parent)).organization.id;
  const moved = await move(context.control.db, { id: organization.id, parentId, actor });
  return { ...moved, parent };
}

function forbidden(sentence: string): AppError {
  return new AppError('forbidden', { public: sentence });
}
