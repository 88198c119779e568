import { listAlarms, readAlarm } from '../../../core/alarms/index.ts';
import { formatsOfSensor } from '../../../core/events/index.ts';
import type { AlarmFilter } from '../../../model/alarm.ts';
import { ALARM_SORT, alarmFilterOf } from '../../kit/usm/alarm-filter.ts';
import { EVENTS_IN_LISTS, eventsOf, toAlarm } from '../../kit/usm/alarms.ts';
import { type Answer, type Call, ownPlace, pathPart } from '../../kit/usm/call.ts';
import { collection } from '../../kit/usm/hal.ts';
import { pageOf, toPage } from '../../kit/usm/paging.ts';
import { uuidOf } from '../../kit/usm/parameters.ts';

/** `GET /alarms` (section 2.3). */
export const answerAlarms: Answer = async (call) => {
  const { context, scope } = call;
  const page = pageOf(call, ALARM_SORT);
  const filter = await filterOf(call);
  const { total, moment, alarms } = await listAlarms(context, scope, { filter, page: toPage(page) });
  const events = await eventsOf(call, scope, alarms, EVENTS_IN_LISTS);
  const place = ownPlace(call);
  const items = alarms.map((alarm) => toAlarm(alarm, events, place, { wrapped: true }));
  return collection(call, { page, total, moment }, { alarms: items });
};

/** `GET /alarms/{alarmId}` (section 2.4). */
export const answerAlarm: Answer = async (call) => {
  const { context, scope } = call;
  const alarm = await readAlarm(context, scope, pathPart(call, 'alarmId'));
  const events = await eventsOf(call, scope, [alarm], alarm.positions.length);
  return toAlarm(alarm, events, ownPlace(call), { wrapped: false });
};

async function filterOf({ context, scope, query }: Call): Promise<AlarmFilter> {
  const filter = alarmFilterOf(query);
  const sensor = uuidOf(query, 'alarm_sensor_sources');
  if (sensor === undefined) return filter;
  // Our own alarms name the formats of what saw them, those of peers the sensors as they are there.
  return { ...filter, sensors: [...(await formatsOfSensor(context, scope, sensor)), sensor] };
}
