import { listAlarmsOfCustomers, noAlarm, readAlarmOfCustomers } from '../../../core/alarms/index.ts';
import { formatsOfSensor } from '../../../core/events/index.ts';
import type { Alarm } from '../../../model/alarm.ts';
import type { StoredEvent } from '../../../model/stored-event.ts';
import { ALARM_SORT, alarmFilterOf } from '../../kit/usm/alarm-filter.ts';
import { EVENTS_IN_LISTS, type EventsOfAlarms, eventsOf, toAlarm } from '../../kit/usm/alarms.ts';
import { type Answer, type Call, pathPart } from '../../kit/usm/call.ts';
import { collection, link } from '../../kit/usm/hal.ts';
import { pageOf, toPage } from '../../kit/usm/paging.ts';
import { textsOf, uuidOf } from '../../kit/usm/parameters.ts';
import { isNamed, type NamedDeployment } from '../deployment.ts';
import { deploymentsOf } from './deployments.ts';

/** `GET /alarms` (section 3.2). */
export const answerAlarms: Answer = async (call) => {
  const { context, scope, query } = call;
  const page = pageOf(call, ALARM_SORT);
  const filter = alarmFilterOf(query);
  const deployments = askedFor(call, await deploymentsOf(call));
  const seen = await seenBy(call, deployments);
  const { total, moment, alarms } = await listAlarmsOfCustomers(context, scope, {
    organizationIds: seen.deployments.map(({ organization }) => organization.id),
    filter: { ...filter, ...(seen.sensors && { sensors: seen.sensors }) },
    page: toPage(page),
  });
  const items = await documentsOf(call, alarms, deployments, EVENTS_IN_LISTS);
  return collection(call, { page, total, moment }, { alarms: items });
};

/** `GET /alarms/{alarmId}` (section 3.3). */
export const answerAlarm: Answer = async (call) => {
  const id = pathPart(call, 'alarmId');
  const alarm = await readAlarmOfCustomers(call.context, call.scope, id);
  const [document] = await documentsOf(call, [alarm], await deploymentsOf(call), alarm.positions.length);
  // An alarm of the client's own organization is none of a deployment's.
  if (document === undefined) throw noAlarm(id);
  return document;
};

function askedFor({ query }: Call, deployments: readonly NamedDeployment[]): readonly NamedDeployment[] {
  return ['deploymentId', 'tenantId']
    .map((parameter) => textsOf(query, parameter.toLowerCase()))
    .reduce<readonly NamedDeployment[]>(
      (left, names) => (names ? left.filter((one) => names.some((name) => isNamed(one, name))) : left),
      deployments,
    );
}

interface Seen {
  readonly deployments: readonly NamedDeployment[];
  readonly sensors?: readonly string[];
}

/** Our own alarms name the formats of what saw them, which is a sensor of one deployment; those of peers their sensors. */
async function seenBy({ context, scope, query }: Call, deployments: readonly NamedDeployment[]): Promise<Seen> {
  const sensor = uuidOf(query, 'alarm_sensor_sources');
  if (sensor === undefined) return { deployments };
  for (const deployment of deployments) {
    const formats = await formatsOfSensor(context, { ...scope, organization: deployment.organization }, sensor);
    if (formats.length > 0) return { deployments: [deployment], sensors: [...formats, sensor] };
  }
  return { deployments, sensors: [sensor] };
}

/** Alarms of these deployments, in their order; of each so many events. */
async function documentsOf(
  call: Call,
  alarms: readonly Alarm[],
  deployments: readonly NamedDeployment[],
  each: number,
): Promise<object[]> {
  const byId = new Map(deployments.map((deployment) => [deployment.organization.id, deployment]));
  const events = new Map<string, readonly StoredEvent[]>();
  for (const id of new Set(alarms.map(({ organizationId }) => organizationId))) {
    const organization = byId.get(id)?.organization;
    if (organization === undefined) continue;
    const own = alarms.filter(({ organizationId }) => organizationId === id);
    const found = await eventsOf(call, { ...call.scope, organization }, own, each);
    for (const [alarmId, some] of found) events.set(alarmId, some);
  }
  return alarms.flatMap((alarm) => {
    const deployment = byId.get(alarm.organizationId);
    return deployment === undefined ? [] : [toDocument(call, alarm, events, deployment)];
  });
}

function toDocument({ context, scope, origin }: Call, alarm: Alarm, all: EventsOfAlarms, deployment: NamedDeployment) {
  const { organization } = deployment;
  const place = { organization, origin: deployment.origin, eventIds: context.eventIds };
  const { events, _links: _, ...facts } = toAlarm(alarm, all, place, { wrapped: false });
  return {
    id: alarm.id,
    tenantId: deployment.id,
    licenseId: organization.uuid,
    msspId: scope.organization.uuid,
    timestamp: alarm.receivedMs,
    '@timestamp': new Date(alarm.receivedMs).toISOString(),
    '@version': 1,
    alarm: facts,
    events,
    assets: [],
    _links: { self: link(`${origin}/api/1.1/alarms/${alarm.id}`) },
  };
}
