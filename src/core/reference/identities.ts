import { type IdentitySearch, readIdentities, readIdentitiesByIds } from '../../events/queries/reference.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Identity } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** Identities of the organization by label. */
export async function listIdentities(context: Context, scope: Scope, search: IdentitySearch): Promise<Identity[]> {
  requirePermission(scope, 'reference:read');
  return readIdentities(context.events, scope.organization.id, search);
}

/** Those of the identities that the organization has, by label; ids it does not have are left out. */
export async function identitiesByIds(context: Context, scope: Scope, ids: readonly number[]): Promise<Identity[]> {
  requirePermission(scope, 'reference:read');
  // What is no identity's number could not be bound as one, and matches nothing.
  const possible = ids.filter((id) => Number.isSafeInteger(id) && id >= 0);
  return readIdentitiesByIds(context.events, scope.organization.id, possible);
}

/** @throws AppError `not_found` */
export async function identityById(context: Context, scope: Scope, id: number): Promise<Identity> {
  const [identity] = await identitiesByIds(context, scope, [id]);
  if (identity === undefined) throw new AppError('not_found', { public: 'no such identity' });
  return identity;
}
