import type { PlacedUser } from '../../core/users/list-users.ts';
import { PERMISSIONS, type Permission } from '../../model/scope.ts';

const READS: readonly Permission[] = ['reference:read', 'alarms:read', 'tasks:read', 'audit:read'];
const WORKS: readonly Permission[] = [...READS, 'alarms:write', 'tasks:write'];
const REPORTS: readonly Permission[] = ['reports:read', 'reports:write'];

/** What each role may do (section 1.2). */
const PERMISSIONS_OF = {
  super_admin: PERMISSIONS,
  organizational_unit_admin: PERMISSIONS,
  application_admin: WORKS,
  backup_admin: WORKS,
  helpdesk_admin: [...WORKS, ...REPORTS],
  reporting_admin: [...READS, ...REPORTS],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof PERMISSIONS_OF;

/** Roles that a service token may have. */
export const ROLES = Object.keys(PERMISSIONS_OF) as readonly Role[];

/** Roles of people, whose tokens follow them. */
const ROLE_OF: Readonly<Record<PlacedUser['role'], Role>> = {
  manager: 'super_admin',
  analyst: 'helpdesk_admin',
  viewer: 'reporting_admin',
};

export function roleOf(user: Pick<PlacedUser, 'role'>): Role {
  return ROLE_OF[user.role];
}

/** A service token's role is its client's one scope; without any it may do everything, with others nothing. */
export function permissionsOf(scopes: readonly string[] | null): ReadonlySet<Permission> {
  const roles = scopes === null ? (['super_admin'] as const) : ROLES.filter((role) => scopes.includes(role));
  return new Set(roles.flatMap((role) => PERMISSIONS_OF[role]));
}

/** A personal token may do what the user may by now. */
export function permissionsOfUser(user: Pick<PlacedUser, 'role'>): ReadonlySet<Permission> {
  return new Set(PERMISSIONS_OF[roleOf(user)]);
}
