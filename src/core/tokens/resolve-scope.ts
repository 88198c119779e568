import { isWithin, organizationById } from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor, Permission, Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';

/** What a request reaches for, beginning at the organization its credential belongs to. */
export interface Reach {
  readonly organization: Organization;
  /** Numbers the request names, as it spells them; each narrows the reach further. Absent ones change nothing. */
  readonly narrowedTo: readonly (string | undefined)[];
  readonly permissions: ReadonlySet<Permission>;
  readonly actor: Actor;
}

/** The one place where a request gets its organization. Fails with `foreign_organization`. */
export async function resolveScope(context: Context, reach: Reach): Promise<Scope> {
  let { organization } = reach;
  for (const number of reach.narrowedTo) organization = await narrow(context, organization, number);
  return { organization, actor: reach.actor, permissions: reach.permissions };
}

/**
 * The organization of that number when it is `root` or stands anywhere below it. What lies outside and what does not exist
 * fail alike.
 */
export async function narrow(context: Context, root: Organization, number: string | undefined): Promise<Organization> {
  if (number === undefined || number === String(root.id)) return root;
  const { db } = context.control;
  const found = /^[1-9]\d{0,9}$/.test(number) ? await organizationById(db, Number(number)) : undefined;
  if (found !== undefined && (await isWithin(db, { organizationId: found.id, rootId: root.id }))) return found;
  throw new AppError('foreign_organization', { public: 'invalid organization' });
}
