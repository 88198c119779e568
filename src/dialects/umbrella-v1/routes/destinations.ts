import { eventsTo } from '../../../core/activity/destination.ts';
import { listActivity } from '../../../core/activity/list-activity.ts';
import { topIdentities } from '../../../core/traffic/index.ts';
import type { Call } from '../call.ts';
import { parseDestination } from '../destination.ts';
import { toRankedIdentity, toRequest } from '../mapping/activity.ts';
import { limitOf, offsetOf } from '../paging.ts';
import { destinationActivity, destinationIdentities } from '../schemas.ts';
import { lastDay } from '../window.ts';
import { limitParameter, OFFSET } from './parameters.ts';
import type { V1Route } from './route.ts';

const ACTIVITY_LIMIT = { absent: 100, most: 500 };
/** As many identities as the answer ever has. */
const IDENTITIES = 10;

export const DESTINATION_ROUTES: readonly V1Route[] = [
  {
    path: '/destinations/:destination/activity',
    permission: 'activity:read',
    parameters: { limit: limitParameter(ACTIVITY_LIMIT), offset: OFFSET },
    operationId: 'getDestinationActivity',
    tag: 'Reporting',
    summary: 'Requests for a domain or an address, newest first',
    schema: destinationActivity,
    answer: activity,
  },
  {
    path: '/destinations/:destination/identities',
    permission: 'aggregates:read',
    parameters: {},
    operationId: 'getDestinationIdentities',
    tag: 'Reporting',
    summary: 'The ten identities with the most requests for a domain or an address, over the last 24 hours',
    schema: destinationIdentities,
    answer: identities,
  },
];

/** Section 9.2: the most recent ones, however old. */
async function activity(call: Call): Promise<object> {
  const filter = eventsTo(parseDestination(call.destination));
  const page = { limit: limitOf(call, ACTIVITY_LIMIT), offset: offsetOf(call), order: 'desc' as const };
  const range = { fromMs: 0, toMs: call.nowMs };
  const { events } = await listActivity(call.context, call.scope, { range, filter, page });
  return { requests: events.map(toRequest) };
}

/** Section 9.3. */
async function identities(call: Call): Promise<object> {
  const filter = eventsTo(parseDestination(call.destination));
  const request = { range: lastDay(call), filter, limit: IDENTITIES, offset: 0 };
  return { identities: (await topIdentities(call.context, call.scope, request)).map(toRankedIdentity) };
}
