import {
  isWithin,
  organizationById,
  organizationBySlug,
  organizationByUuid,
} from '../../control/repos/organizations.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor, Permission, Scope } from '../../model/scope.ts';
import type { ControlContext } from '../context.ts';

/** What a request reaches for, beginning at the organization its credential belongs to. */
export interface Reach {
  readonly organization: Organization;
  /** Numbers the request names, as it spells them; each narrows the reach further. Absent ones change nothing. */
  readonly narrowedTo: readonly (string | undefined)[];
  /** The name of an organization by which the server was called, which narrows the reach likewise. */
  readonly calledBy?: HostLabel | undefined;
  /** The uuid of an organization the request names, which narrows the reach likewise. */
  readonly namedByUuid?: string | undefined;
  readonly permissions: ReadonlySet<Permission>;
  readonly actor: Actor;
}

/** The part of a host's name in which organizations have theirs. */
export interface HostLabel {
  /** Lower case. */
  readonly slug: string;
  /**
   * True where the host may have a name of its own that is no organization's. Then a name outside of the caller's reach says nothing,
   * whether an organization has it or not.
   */
  readonly mayBeOther: boolean;
}

/** The one place where a request gets its organization. Fails with `foreign_organization`. */
export async function resolveScope(context: ControlContext, reach: Reach): Promise<Scope> {
  let { organization } = reach;
  for (const number of reach.narrowedTo) organization = await narrow(context, organization, number);
  if (reach.calledBy !== undefined) organization = await narrowToSlug(context, organization, reach.calledBy);
  if (reach.namedByUuid !== undefined) organization = await narrowToUuid(context, organization, reach.namedByUuid);
  return { organization, actor: reach.actor, permissions: reach.permissions };
}

/**
 * The organization of that number when it is `root` or stands anywhere below it. What lies outside and what does not exist
 * fail alike.
 */
export async function narrow(
  context: ControlContext,
  root: Organization,
  number: string | undefined,
): Promise<Organization> {
  if (number === undefined || number === String(root.id)) return root;
  const { db } = context.control;
  const found = /^[1-9]\d{0,9}$/.test(number) ? await organizationById(db, Number(number)) : undefined;
  return requireWithin(context, root, found);
}

async function narrowToSlug(context: ControlContext, root: Organization, label: HostLabel): Promise<Organization> {
  if (label.slug === root.slug) return root;
  const found = await organizationBySlug(context.control.db, label.slug);
  if (found !== undefined && (await isReached(context, root, found))) return found;
  if (label.mayBeOther) return root;
  throw outOfReach();
}

async function narrowToUuid(context: ControlContext, root: Organization, uuid: string): Promise<Organization> {
  if (uuid.toLowerCase() === root.uuid) return root;
  return requireWithin(context, root, await organizationByUuid(context.control.db, uuid));
}

async function requireWithin(
  context: ControlContext,
  root: Organization,
  found: Organization | undefined,
): Promise<Organization> {
  if (found !== undefined && (await isReached(context, root, found))) return found;
  throw outOfReach();
}

function isReached(context: ControlContext, root: Organization, found: Organization): Promise<boolean> {
  return isWithin(context.control.db, { organizationId: found.id, rootId: root.id });
}

function outOfReach(): AppError {
  return new AppError('foreign_organization', { public: 'invalid organization' });
}
