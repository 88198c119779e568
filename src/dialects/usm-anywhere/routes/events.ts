import { formatsOfSensor, listEvents, readEvent } from '../../../core/events/index.ts';
import type { StoredEventFilter } from '../../../model/stored-event.ts';
import { type Answer, type Call, ownPlace, pathPart } from '../../kit/usm/call.ts';
import { collection } from '../../kit/usm/hal.ts';
import { formatsOfPlugin } from '../../kit/usm/mapping/data-sources.ts';
import { toEvent } from '../../kit/usm/mapping/event.ts';
import { pageOf, type SortFields, toPage } from '../../kit/usm/paging.ts';
import { flagOf, textsOf, timesOf, uuidOf } from '../../kit/usm/parameters.ts';

/** The published name of the list, and those that clients read it by (section 7.2). */
export const EVENT_COLLECTIONS: readonly string[] = ['events', 'eventResources', 'eventResourceList'];

const EVENT_SORT = {
  timestamp_occured: 'occurred',
  timestamp_received: 'received',
  event_name: 'name',
} as const satisfies SortFields<string>;

/** `GET /events` (section 2.7). */
export const answerEvents: Answer = async (call) => {
  const { context, scope } = call;
  const page = pageOf(call, EVENT_SORT);
  const filter = await filterOf(call);
  const { total, moment, events } = await listEvents(context, scope, { filter, page: toPage(page) });
  const place = ownPlace(call);
  const items = events.map((event) => toEvent(event, place));
  const embedded = Object.fromEntries(EVENT_COLLECTIONS.map((name) => [name, items]));
  return collection(call, { page, total, moment }, embedded);
};

/** `GET /events/{eventId}` (section 2.8). */
export const answerEvent: Answer = async (call) => {
  const { context, scope } = call;
  const event = await readEvent(context, scope, pathPart(call, 'eventId'));
  return toEvent(event, ownPlace(call));
};

async function filterOf(call: Call): Promise<StoredEventFilter> {
  const { query } = call;
  const names = textsOf(query, 'event_name');
  const sources = textsOf(query, 'source_name');
  const users = textsOf(query, 'source_username');
  const accounts = textsOf(query, 'account_name');
  const formats = await formatsAsked(call);
  return {
    ...(formats && { formats }),
    ...(names && { names }),
    ...(sources && { sources }),
    ...(users && { users }),
    ...(accounts && { accounts }),
    ...timesOf(query),
  };
}

/** Plugin and sensor are both told by the format, and nothing is suppressed. */
async function formatsAsked({ context, scope, query }: Call): Promise<readonly string[] | undefined> {
  const plugins = textsOf(query, 'plugin')?.flatMap(formatsOfPlugin);
  const sensor = uuidOf(query, 'sensor_uuid');
  if (flagOf(query, 'suppressed') === true) return [];
  if (sensor === undefined) return plugins;
  const formats = await formatsOfSensor(context, scope, sensor);
  return plugins === undefined ? formats : formats.filter((format) => plugins.includes(format));
}
