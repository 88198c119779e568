import type { Alarm, AlarmEndpoint } from '../../../../model/alarm.ts';
import { PRIORITY_LABELS } from '../../../../model/alarm.ts';
import { sensorId } from '../../../../model/sensor-id.ts';
import { link } from '../hal.ts';
import type { Place } from '../place.ts';
import { dataSourceOf } from './data-sources.ts';
import { hostMembers } from './host-members.ts';
import { present } from './present.ts';
import { techniqueName } from './technique-names.ts';
import { lengthText, timestamp } from './times.ts';

/**
 * An alarm of our own without its events and links (section 2.5).
 *
 * @param events its earliest events, flat: what they agree on is the alarm's as well
 */
export function alarmFields(
  alarm: Alarm,
  events: readonly Readonly<Record<string, unknown>>[],
  { organization, origin, eventIds }: Place,
): Record<string, unknown> {
  const { rule } = alarm;
  const sensors = (alarm.sensors.length > 0 ? alarm.sensors : ['']).map((format) => sensorId(organization, format));
  return {
    uuid: alarm.id,
    has_alarm: false,
    needs_enrichment: false,
    transient: false,
    packet_type: 'alarm',
    event_type: 'Alarm',
    packet_data: alarm.positions.map(eventIds.idOf),
    alarm_events_count: alarm.events,
    alarm_labels: alarm.labels,
    priority: rule.priority,
    priority_label: priorityLabel(rule.priority),
    suppressed: alarm.suppressed,
    status: alarm.status,
    mute: lengthText(rule.muteSeconds),
    ...timestamp('timestamp_occured', Math.floor(alarm.lastEventUs / 1000)),
    ...timestamp('timestamp_received', alarm.receivedMs),
    time_offset: 'Z',
    ...ruleFields(alarm),
    alarm_sensor_sources: sensors,
    sensor_uuid: sensors[0],
    ...endsOf('source', alarm.sources),
    ...endsOf('destination', alarm.destinations),
    sources: alarm.sources.map((end) => endpoint(end, alarm, origin)),
    destinations: alarm.destinations.map((end) => endpoint(end, alarm, origin)),
    ...inherited(events),
    ...present({ plugin: agreed(alarm.sensors.map((format) => dataSourceOf(format).plugin)) }),
    x_att_tenantid: organization.uuid,
    x_att_tenant_subdomain: organization.slug,
  };
}

function ruleFields({ rule }: Alarm): Record<string, unknown> {
  const [technique] = rule.techniques;
  return {
    rule_id: rule.id,
    rule_name: rule.title,
    rule_intent: rule.intent,
    rule_strategy: rule.strategy,
    rule_method: rule.method,
    ...present({
      rule_attack_id: technique,
      rule_attack_technique: technique && techniqueName(technique),
      rule_attack_tactic: rule.tactics,
      rule_author: rule.author,
      rule_licence: rule.licence,
    }),
  };
}

function priorityLabel(priority: number): string {
  return Object.entries(PRIORITY_LABELS).find(([, highest]) => priority <= highest)?.[0] ?? 'high';
}

/** `alarm_source…` and `source_…`, or those of the destination, by its ends. The first is the one met most. */
function endsOf(side: 'source' | 'destination', ends: readonly AlarmEndpoint[]): Record<string, unknown> {
  const [first] = ends;
  return {
    [`alarm_${side}s`]: distinct(ends.map(canonical)),
    ...present({
      [`alarm_${side}_names`]: distinct(ends.map(display)),
      [`${side}_name`]: first && display(first),
      [`${side}_canonical`]: first && canonical(first),
      [`${side}_address`]: first?.address,
    }),
  };
}

/** One address may stand under several names, and one name for several addresses. */
function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function canonical({ address, name }: AlarmEndpoint): string {
  return address || name;
}

function display({ address, name }: AlarmEndpoint): string {
  return name || address;
}

function endpoint(end: AlarmEndpoint, { id }: Alarm, origin: string): Record<string, unknown> {
  return {
    ...present({
      address: end.address,
      name: display(end),
      canonical: canonical(end),
      ...hostMembers(end.name),
    }),
    event_count: end.events,
    _links: { self: link(`${origin}/api/2.0/alarms/${id}`) },
  };
}

/** Fields of events that an alarm has too where all of them say the same. */
const INHERITED = [
  'event_name',
  'account_name',
  'source_username',
  'destination_username',
  'access_control_outcome',
  'request_user_agent',
];

function inherited(events: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return present(Object.fromEntries(INHERITED.map((field) => [field, agreed(events.map((event) => event[field]))])));
}

function agreed<Value>(values: readonly Value[]): Value | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}
