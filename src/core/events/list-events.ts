import { horizon } from '../../control/ledger.ts';
import { findStoredEvents, readStoredEventsAt } from '../../events/queries/stored-events.ts';
import type { EventPosition } from '../../model/event.ts';
import type { Scope } from '../../model/scope.ts';
import type { StoredEvent, StoredEventFilter, StoredEventPage } from '../../model/stored-event.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { retainedSince } from '../retained-since.ts';
import { toStoredEvents } from './stored-event.ts';

export interface EventsRequest {
  readonly filter: StoredEventFilter;
  readonly page: StoredEventPage;
}

export interface EventsPage {
  /** How many events match in all. */
  readonly total: number;
  /** To be given with the request for the next page: what comes later then neither shifts nor enters it. */
  readonly moment: number;
  readonly events: StoredEvent[];
}

/** One page of the events of the scope's organization, of every kind, latest first unless asked otherwise. */
export async function listEvents(context: Context, scope: Scope, request: EventsRequest): Promise<EventsPage> {
  requirePermission(scope, 'activity:read');
  const { filter, page } = request;
  const now = await horizon(context.control.db);
  const moment = Math.min(page.moment ?? now, now);
  const events = { organizationId: scope.organization.id, sinceMs: retainedSince(context) };
  const { total, positions } = await findStoredEvents(context.events, events, { filter, page: { ...page, moment } });
  const rows = await readStoredEventsAt(context.events, events, positions);
  const found = await toStoredEvents(context, scope.organization.id, rows);
  return { total, moment, events: inOrderOf(positions, found) };
}

/** The events at these positions, in their order, but for those that are not kept any more. */
export async function readEventsAt(
  context: Context,
  scope: Scope,
  positions: readonly EventPosition[],
): Promise<StoredEvent[]> {
  requirePermission(scope, 'activity:read');
  const organizationId = scope.organization.id;
  const events = { organizationId, sinceMs: retainedSince(context) };
  const rows = await readStoredEventsAt(context.events, events, positions);
  return inOrderOf(positions, await toStoredEvents(context, organizationId, rows));
}

function inOrderOf(positions: readonly EventPosition[], events: readonly StoredEvent[]): StoredEvent[] {
  const byPosition = new Map(events.map((event) => [`${event.seq}/${event.row}`, event]));
  return positions.flatMap(({ seq, row }) => byPosition.get(`${seq}/${row}`) ?? []);
}
