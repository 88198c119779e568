import { readApplications, readThreats, readUnlistedCategories } from '../../events/queries/reference.ts';
import { CATEGORIES, type Category, categoryById, unlistedCategory } from '../../model/categories.ts';
import type { Scope } from '../../model/scope.ts';
import { THREAT_TYPES, type ThreatType } from '../../model/threat-types.ts';
import type { Application } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** Applications that the organization's traffic named, by label. */
export async function listApplications(
  context: Context,
  scope: Scope,
  { search }: { readonly search?: string },
): Promise<Application[]> {
  requirePermission(scope, 'reference:read');
  return readApplications(context.events, scope.organization.id, search);
}

/** All categories by id, and behind them those that only the organization's logs know. */
export async function listCategories(context: Context, scope: Scope): Promise<Category[]> {
  requirePermission(scope, 'reference:read');
  return categoriesOf(context, [scope.organization.id]);
}

/** The same for several organizations together. */
export async function categoriesOf(context: Context, organizationIds: readonly number[]): Promise<Category[]> {
  const unlisted = await readUnlistedCategories(context.events, organizationIds);
  const own = unlisted
    .filter(({ id }) => categoryById(id) === undefined)
    .map(({ id, label }) => unlistedCategory(id, label));
  return [...CATEGORIES, ...own].sort((left, right) => left.id - right.id);
}

export function threatTypes(): readonly ThreatType[] {
  return THREAT_TYPES;
}

/** A threat by name. */
export interface ThreatName {
  readonly name: string;
  readonly description: string;
}

/** Threats that the organization met, by name. */
export async function threatNames(context: Context, scope: Scope): Promise<ThreatName[]> {
  requirePermission(scope, 'reference:read');
  const types = new Map<string, Set<string>>();
  for (const { label, type } of await readThreats(context.events, scope.organization.id)) {
    const known = types.get(label) ?? new Set<string>();
    types.set(label, type === '' ? known : known.add(type));
  }
  return [...types].map(([name, of]) => ({ name, description: [...of].join(', ') }));
}
