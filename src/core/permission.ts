import { AppError } from '../model/errors.ts';
import type { Permission, Scope } from '../model/scope.ts';

/** @throws AppError `forbidden` that names the missing permission. */
export function requirePermission(scope: Pick<Scope, 'permissions'>, permission: Permission): void {
  if (scope.permissions.has(permission)) return;
  throw new AppError('forbidden', {
    public: `missing permission ${permission}`,
    faults: [{ where: 'scope', value: permission, message: 'the credential does not carry this permission' }],
  });
}
