import { PERMISSIONS, type Permission } from '../../../model/scope.ts';

/** What each permission is called here (section 2.3). Permissions without a name cannot be had through this API. */
const SCOPES: Readonly<Partial<Record<Permission, string>>> = {
  'activity:read': 'reports.granularEvents:read',
  'aggregates:read': 'reports.aggregations:read',
  'rule-summaries:read': 'reports.summariesByRule:read',
  'reference:read': 'reports.utilities:read',
  'customers:read': 'reports.customers:read',
  'customers:write': 'reports.customers:write',
};

export const ALL_SCOPES: readonly string[] = Object.values(SCOPES);

export function scopeOf(permission: Permission): string | undefined {
  return SCOPES[permission];
}

/** Permissions of a client with these scopes, in any case; of all of them where it has no list (section 2.3). */
export function permissionsOf(scopes: readonly string[] | null): ReadonlySet<Permission> {
  const held = new Set((scopes ?? ALL_SCOPES).map((scope) => scope.toLowerCase()));
  return new Set(PERMISSIONS.filter((permission) => held.has(SCOPES[permission]?.toLowerCase() ?? '')));
}
