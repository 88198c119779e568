import { readStoredEvent } from '../../events/queries/stored-events.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { StoredEvent } from '../../model/stored-event.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { retainedSince } from '../retained-since.ts';
import { toStoredEvents } from './stored-event.ts';

/** One event of the scope's organization. Fails with `not_found`, also for what is older than the retention. */
export async function readEvent(context: Context, scope: Scope, id: string): Promise<StoredEvent> {
  requirePermission(scope, 'activity:read');
  const organizationId = scope.organization.id;
  const number = context.eventIds.numberOf(id);
  const sinceMs = retainedSince(context);
  const row = number && (await readStoredEvent(context.events, { organizationId, sinceMs }, number));
  const [event] = row === undefined ? [] : await toStoredEvents(context, organizationId, [row]);
  if (event === undefined) throw new AppError('not_found', { public: 'no such event' });
  return event;
}
