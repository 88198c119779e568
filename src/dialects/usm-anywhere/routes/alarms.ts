import { listAlarms, readAlarm } from '../../../core/alarms/index.ts';
import { formatsOfSensor, readEventsAt } from '../../../core/events/index.ts';
import type { Alarm, AlarmFilter } from '../../../model/alarm.ts';
import { eventId } from '../../../model/event-id.ts';
import type { StoredEvent } from '../../../model/stored-event.ts';
import { ALARM_SORT, alarmFilterOf } from '../../kit/usm/alarm-filter.ts';
import { type Answer, type Call, pathPart } from '../../kit/usm/call.ts';
import { collection, link } from '../../kit/usm/hal.ts';
import { alarmFields } from '../../kit/usm/mapping/alarm.ts';
import { toEvent, toWrappedEvent } from '../../kit/usm/mapping/event.ts';
import { pulledAlarm } from '../../kit/usm/mapping/pulled-alarm.ts';
import { pageOf, toPage } from '../../kit/usm/paging.ts';
import { uuidOf } from '../../kit/usm/parameters.ts';

/** Events that a listed alarm brings along; a single one brings all that it names. */
const EVENTS_IN_LISTS = 10;

/** `GET /alarms` (section 2.3). */
export const answerAlarms: Answer = async (call) => {
  const { context, scope, request, origin } = call;
  const page = pageOf(call.query, ALARM_SORT);
  const filter = await filterOf(call);
  const { total, moment, alarms } = await listAlarms(context, scope, { filter, page: toPage(page) });
  const events = await eventsOf(call, alarms, EVENTS_IN_LISTS);
  const items = alarms.map((alarm) => toAlarm(call, alarm, events, { wrapped: true }));
  return collection({ origin, request, page, total, moment }, { alarms: items });
};

/** `GET /alarms/{alarmId}` (section 2.4). */
export const answerAlarm: Answer = async (call) => {
  const alarm = await readAlarm(call.context, call.scope, pathPart(call, 'alarmId'));
  const events = await eventsOf(call, [alarm], alarm.positions.length);
  return toAlarm(call, alarm, events, { wrapped: false });
};

async function filterOf(call: Call): Promise<AlarmFilter> {
  const filter = alarmFilterOf(call.query);
  const sensor = uuidOf(call.query, 'alarm_sensor_sources');
  if (sensor === undefined) return filter;
  return { ...filter, sensors: await formatsOfSensor(call.context, call.scope, sensor) };
}

type EventsById = ReadonlyMap<string, StoredEvent>;

/** The earliest events of each alarm, as far as they are still kept. */
async function eventsOf(call: Call, alarms: readonly Alarm[], each: number): Promise<EventsById> {
  const { context, scope, retentionDays } = call;
  const own = alarms.filter(({ document }) => document === null);
  const positions = own.flatMap((alarm) => alarm.positions.slice(0, each));
  const distinct = [...new Map(positions.map((position) => [eventId(position), position])).values()];
  const events = await readEventsAt(context, scope, { positions: distinct, retentionDays });
  return new Map(events.map((event) => [eventId(event), event]));
}

function toAlarm(call: Call, alarm: Alarm, events: EventsById, { wrapped }: { readonly wrapped: boolean }): object {
  const { origin } = call;
  if (alarm.document !== null) return pulledAlarm(alarm, alarm.document, { origin, wrapped });
  const place = { organization: call.scope.organization, origin };
  const own = alarm.positions.flatMap((position) => events.get(eventId(position)) ?? []);
  const flat = own.map((event) => toEvent(event, place));
  return {
    ...alarmFields(alarm, flat.slice(0, EVENTS_IN_LISTS), place),
    events: wrapped ? own.map((event) => toWrappedEvent(event, place)) : flat,
    _links: { self: link(`${origin}/api/2.0/alarms/${alarm.id}`) },
  };
}
