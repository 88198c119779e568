import type { User } from '../../control/repos/users.ts';
import { PERMISSIONS, type Permission } from '../../model/scope.ts';

const READS: readonly Permission[] = [
  'activity:read',
  'aggregates:read',
  'rule-summaries:read',
  'reference:read',
  'customers:read',
  'alarms:read',
  'audit:read',
  'tasks:read',
  'reports:read',
];

const PERMISSIONS_OF: Readonly<Record<User['role'], ReadonlySet<Permission>>> = {
  manager: new Set(PERMISSIONS),
  analyst: new Set([...READS, 'alarms:write', 'tasks:write', 'reports:write', 'ingest']),
  viewer: new Set(READS),
};

/** What people of a role may do in their organization and below it. */
export function permissionsOfRole(role: User['role']): ReadonlySet<Permission> {
  return PERMISSIONS_OF[role];
}
