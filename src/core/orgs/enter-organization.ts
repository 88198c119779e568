import { isWithin, organizationById, organizationBySlug } from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';

/** The scope of a caller in the organization named. What they do not reach fails as what does not exist: `not_found`. */
export async function enterOrganization(context: Context, caller: Caller, slug: string): Promise<Scope> {
  const organization = await organizationBySlug(context.control.db, slug);
  if (organization === undefined || !(await reaches(context, caller, organization))) throw noOrganization(slug);
  return scopeIn(caller, organization);
}

/** The same by number, for objects that belong to an organization; undefined where the caller does not reach it. */
export async function tryEnterOrganization(context: Context, caller: Caller, id: number): Promise<Scope | undefined> {
  const organization = await organizationById(context.control.db, id);
  if (organization === undefined || !(await reaches(context, caller, organization))) return undefined;
  return scopeIn(caller, organization);
}

function scopeIn({ actor, permissions }: Caller, organization: Organization): Scope {
  return { organization, actor, permissions };
}

async function reaches(context: Context, { root }: Caller, organization: Organization): Promise<boolean> {
  if (root === null) return true;
  return isWithin(context.control.db, { organizationId: organization.id, rootId: root.id });
}

function noOrganization(slug: string): AppError {
  return new AppError('not_found', {
    public: `there is no organization ${slug.slice(0, 63)}`,
    faults: [{ where: 'organization', value: slug.slice(0, 200), message: 'no organization has this slug' }],
  });
}
