import { requireOrganization } from '../../control/repos/organizations.ts';
import { type SignIn, signIn } from '../../control/repos/users.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { ControlContext } from '../context.ts';
import { permissionsOfRole } from './permissions-of-role.ts';

/** Who signs in with this address and password. Fails with `unauthenticated`, whatever the reason. */
export async function authenticateUser(context: ControlContext, input: SignIn): Promise<Caller> {
  const { db } = context.control;
  const user = await signIn(db, input);
  if (user === undefined) throw new AppError('unauthenticated', { public: 'wrong e-mail address or password' });
  return {
    actor: { type: 'user', id: user.id, label: user.email, from: input.from, via: input.via },
    permissions: permissionsOfRole(user.role),
    root: await requireOrganization(db, user.organizationId),
  };
}
