import { horizon } from '../../control/ledger.ts';
import { type ActivityRow, readActivity } from '../../events/queries/activity.ts';
import { lookUpNames } from '../../events/queries/labels.ts';
import { categoryById, UNLISTED_CATEGORY_BASE } from '../../model/categories.ts';
import type { EventPosition } from '../../model/event.ts';
import { TRAFFIC_KINDS } from '../../model/event.ts';
import type { EventFilter, PageRequest, TimeRange } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { ActivityEvent } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { type Names, toActivityEvent } from './activity-event.ts';

export interface ActivityRequest {
  readonly range: TimeRange;
  readonly filter: EventFilter;
  readonly page: PageRequest;
}

export interface ActivityPage {
  readonly events: ActivityEvent[];
  /** Where the next page of a walk begins and what it may see; null at its end, and for pages that walk nowhere. */
  readonly next: { readonly position: EventPosition; readonly horizon: number } | null;
}

/**
 * Events of the scope's organization in the order (time, seq, row), newest first unless asked otherwise.
 *
 * A walk by `next` reads what was committed when its first page was asked for: later arrivals neither shift it nor enter it.
 */
export async function listActivity(context: Context, scope: Scope, request: ActivityRequest): Promise<ActivityPage> {
  requirePermission(scope, 'activity:read');
  const organizationId = scope.organization.id;
  const kinds = request.filter.kinds ?? TRAFFIC_KINDS;
  if (kinds.length === 0) return { events: [], next: null };
  const page = await withHorizon(context, request.page);
  const rows = await readActivity(context.events, organizationId, { ...request, kinds, page });
  const names = await namesOf(context, organizationId, rows);
  const events = rows.map((row) => toActivityEvent(row, names));
  return { events, next: nextOf(events, page) };
}

/** The first page of a walk fixes what all its pages may see. */
async function withHorizon(context: Context, page: PageRequest): Promise<PageRequest> {
  if (!page.walk || page.horizon !== undefined) return page;
  return { ...page, horizon: await horizon(context.control.db) };
}

function nextOf(events: readonly ActivityEvent[], page: PageRequest): ActivityPage['next'] {
  const last = events.at(-1);
  if (last === undefined || page.horizon === undefined || events.length < page.limit) return null;
  const { timeUs, seq, row } = last;
  return { position: { timeUs, seq, row }, horizon: page.horizon };
}

/** What the identities, applications and categories of rows are called. */
export async function namesOf(
  context: Context,
  organizationId: number,
  rows: readonly Partial<ActivityRow>[],
): Promise<Names> {
  const identities = new Set<string>();
  const applications = new Set<string>();
  const categories = new Set<string>();
  for (const row of rows) {
    for (const id of row.identity_ids ?? []) identities.add(String(id));
    for (const id of row.application_ids ?? []) applications.add(String(id));
    for (const id of [...(row.categories ?? []), ...(row.policy_categories ?? [])]) {
      if (id >= UNLISTED_CATEGORY_BASE && categoryById(id) === undefined) categories.add(String(id));
    }
  }
  const look = (facet: 'identity' | 'application' | 'category', keys: Set<string>) =>
    lookUpNames(context.events, organizationId, facet, [...keys]);
  return {
    identities: await look('identity', identities),
    applications: await look('application', applications),
    categories: await look('category', categories),
  };
}
