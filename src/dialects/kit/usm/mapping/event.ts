import { categoryById } from '../../../../model/categories.ts';
import { sensorId } from '../../../../model/sensor-id.ts';
import type { StoredEvent } from '../../../../model/stored-event.ts';
import { link } from '../hal.ts';
import type { Place } from '../place.ts';
import { dataSourceOf } from './data-sources.ts';
import { contentOf, customFields } from './event-content.ts';
import { destinationOf, sourceOf } from './event-ends.ts';
import { present } from './present.ts';
import { timestamp } from './times.ts';

/** A flat event with a link to itself (section 2.9). */
export function toEvent(event: StoredEvent, { organization, origin, eventIds }: Place): Record<string, unknown> {
  const { plugin, device, deviceType } = dataSourceOf(event.format);
  const uuid = eventIds.idOf(event);
  return {
    uuid,
    event_name: event.name,
    packet_type: 'log',
    has_alarm: event.alarmIds.length > 0,
    ...present({ in_alarms: event.alarmIds, event_type: event.recordType }),
    suppressed: false,
    needs_enrichment: false,
    transient: false,
    ...timestamp('timestamp_occured', Math.floor(event.timeUs / 1000)),
    ...timestamp('timestamp_received', event.receivedMs),
    time_offset: 'Z',
    plugin,
    plugin_device: device,
    plugin_device_type: deviceType,
    sensor_uuid: sensorId(organization, event.format),
    x_att_tenantid: organization.uuid,
    x_att_tenant_subdomain: organization.slug,
    ...present({ event_category: categoryOf(event) }),
    ...sourceOf(event),
    ...destinationOf(event),
    ...present(contentOf(event)),
    ...customFields(event),
    log: event.raw,
    _links: { self: link(`${origin}/api/2.0/events/${uuid}`) },
  };
}

/** A flat event as lists of alarms hold it: wrapped, flags as text, a link that leaves the id open (section 2.4). */
export function wrapEvent({ _links, ...message }: Readonly<Record<string, unknown>>, origin: string) {
  return {
    _links: { self: link(`${origin}/api/2.0/events/{eventId}`, true) },
    timeStamp: Number(message.timestamp_received ?? message.timestamp_occured ?? 0),
    message: { ...message, has_alarm: String(message.has_alarm), suppressed: String(message.suppressed) },
  };
}

/** What the sensor says it is about, else the categories of the destination. */
function categoryOf({ classification, categories }: StoredEvent): string {
  if (classification !== '') return classification;
  return categories.map(({ id, label }) => label ?? categoryById(id)?.label ?? String(id)).join(', ');
}
