import type { Organization } from '../model/organization.ts';
import type { Context, SharedContext } from './context.ts';

/**
 * What a request works with: while the event store is busy, its queries wait in the lane of their organization, and lanes
 * take turns. A surface makes it where it has found out whom the request is for, before any use case.
 *
 * @param organization null for the operator, who has a lane like everybody else
 */
export function onBehalfOf(shared: SharedContext, organization: Pick<Organization, 'id'> | null): Context {
  const { lanes, ...context } = shared;
  return { ...context, events: lanes.onBehalfOf(organization?.id ?? 'operator') };
}
