import { type Import, listImports as list } from '../../control/repos/imports.ts';
import type { Scope } from '../../model/scope.ts';
import { actorNames } from '../audit/named-within.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

export type { Import };

/**
 * Imports into the scope's organization, newest first.
 *
 * @param input `readerId` is the organization that the reader belongs to, which may be above the scope's, and null for the operator;
 *   users and clients outside it are shown by the name of their organization
 */
export async function listImports(
  context: Context,
  scope: Scope,
  input: { readonly limit: number; readonly readerId: number | null },
): Promise<Import[]> {
  requirePermission(scope, 'activity:read');
  const imports = await list(context.control.db, { organizationId: scope.organization.id, limit: input.limit });
  const actors = imports.map(({ actor }) => actor);
  const nameOf = await actorNames(context, actors, input.readerId);
  return imports.map((each) => ({ ...each, actor: { ...each.actor, label: nameOf(each.actor) } }));
}
