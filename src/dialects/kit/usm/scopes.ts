import { PERMISSIONS, type Permission } from '../../../model/scope.ts';

/** What a client without a list of scopes gets, as the vendor's answers spell it. */
export const ALL_SCOPES: readonly string[] = ['trust', 'read', 'write'];

const PERMISSIONS_OF: Readonly<Record<string, readonly Permission[]>> = {
  read: ['alarms:read', 'activity:read'],
  write: ['alarms:write'],
};

/** Scopes of a client as our permissions; a client without a list has all, scopes of other vendors give nothing here. */
export function permissionsOf(scopes: readonly string[] | null): ReadonlySet<Permission> {
  const given = scopes ?? ALL_SCOPES;
  const granted = new Set(given.flatMap((scope) => PERMISSIONS_OF[scope.toLowerCase()] ?? []));
  return new Set(PERMISSIONS.filter((permission) => granted.has(permission)));
}

/** The scope that carries a permission of ours. */
export function scopeOf(permission: string | undefined): string | undefined {
  return Object.entries(PERMISSIONS_OF).find(([, permissions]) => permissions.some((name) => name === permission))?.[0];
}
