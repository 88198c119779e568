import { type Import, listImports as list } from '../../control/repos/imports.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

export type { Import };

/** Imports into the scope's organization, newest first. */
export async function listImports(context: Context, scope: Scope, input: { limit: number }): Promise<Import[]> {
  requirePermission(scope, 'activity:read');
  return list(context.control.db, { organizationId: scope.organization.id, limit: input.limit });
}
