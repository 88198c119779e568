import type { Organization } from '../model/organization.ts';
import type { Context } from './context.ts';

/**
 * What a request works with: while the event store is busy, its queries wait in the lane of their organization, and lanes
 * take turns. A surface makes it where it has found out whom the request is for, before any use case.
 *
 * @param organization null for the operator, who has a lane like everybody else
 */
export function onBehalfOf(context: Context, organization: Pick<Organization, 'id'> | null): Context {
  return { ...context, events: context.events.onBehalfOf(organization?.id ?? 'operator') };
}
