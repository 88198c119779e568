import { descendantIds } from '../../control/repos/organizations.ts';
import type { Category } from '../../model/categories.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { categoriesOf } from '../reference/catalogue.ts';

/** All categories by id, with those that only customers' logs know. Permission `reference:read`. */
export async function listCustomerCategories(context: Context, scope: Scope): Promise<Category[]> {
  requirePermission(scope, 'reference:read');
  return categoriesOf(context, await descendantIds(context.control.db, scope.organization.id));
}
