import { organizationsEverWithin } from '../../control/repos/archived-organizations.ts';
import {
  type AuditFilter,
  actionsIn,
  type FoundEntries,
  findAuditEntries,
} from '../../control/repos/find-audit-entries.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { sortableInstant } from '../../kit/sortable-instant.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { namedWithin } from './named-within.ts';

export type { AuditEntryRow } from '../../control/tables.ts';

/** How long the trail can be read through a surface; the trail itself is kept for ever. */
export const READABLE_DAYS = 90;

/** Which entries of those in reach; see `AuditFilter`. */
export interface AuditQuestion extends Omit<AuditFilter, 'organizationIds' | 'from' | 'before' | 'namedWithin'> {
  /** Narrows the reach; what lies outside is not found. */
  readonly organizationIds?: readonly number[];
  /** Milliseconds since 1970; `fromMs` inclusive. */
  readonly fromMs?: number;
  readonly beforeMs?: number;
}

/**
 * One page of what was done in an organization and below it in the last 90 days, deleted organizations included.
 *
 * @param rows which page; `readerId` is the organization that the reader belongs to, which may be above
 */
export async function listAuditEntries(
  context: Context,
  scope: Scope,
  { organizationIds, fromMs = 0, beforeMs, ...filter }: AuditQuestion,
  { readerId, ...rows }: { readonly limit: number; readonly offset: number; readonly readerId: number },
): Promise<FoundEntries> {
  const within = (await auditedOrganizations(context, scope)).map(({ id }) => id);
  return findAuditEntries(
    context.control.db,
    {
      ...filter,
      namedWithin: await namedWithin(context, readerId),
      organizationIds: organizationIds === undefined ? within : within.filter((id) => organizationIds.includes(id)),
      from: sortableInstant(Math.max(fromMs, oldestMs(context))),
      ...(beforeMs !== undefined && { before: sortableInstant(beforeMs) }),
    },
    rows,
  );
}

/** Whose entries are in reach: the organization, all below it, and those deleted there. */
export function auditedOrganizations(context: Context, scope: Scope): Promise<Organization[]> {
  requirePermission(scope, 'audit:read');
  return organizationsEverWithin(context.control.db, scope.organization.id);
}

/** What has been done there in that time, each action once. */
export async function auditedActions(context: Context, scope: Scope): Promise<string[]> {
  const organizationIds = (await auditedOrganizations(context, scope)).map(({ id }) => id);
  return actionsIn(context.control.db, { organizationIds, from: sortableInstant(oldestMs(context)) });
}

function oldestMs(context: Context): number {
  return context.now() - READABLE_DAYS * DAY_MS;
}
