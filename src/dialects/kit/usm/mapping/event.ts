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
export function toEvent(event: StoredEvent, place: Place): Record<string, unknown> {
  const fields = fieldsOf(event, place);
  return {
    ...fields,
    _links: { self: link(`${place.origin}/api/2.0/events/${fields.uuid}`) },
  };
}

/** An event as lists of alarms hold it: wrapped, flags as text, a link that leaves the id open (section 2.4). */
export function toWrappedEvent(event: StoredEvent, place: Place): Record<string, unknown> {
  const message = fieldsOf(event, place);
  return {
    _links: { self: link(`${place.origin}/api/2.0/events/{eventId}`, true) },
    timeStamp: event.receivedMs,
    message: { ...message, has_alarm: String(message.has_alarm), suppressed: String(message.suppressed) },
  };
}

function fieldsOf(event: StoredEvent, { organization, eventIds }: Place): Record<string, unknown> {
  const { plugin, device, deviceType } = dataSourceOf(event.format);
  const content = contentOf(event);
  return {
    uuid: eventIds.idOf(event),
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
    ...present(content),
    ...customFields(event),
    log: event.raw,
  };
}

/** What the sensor says it is about, else the categories of the destination. */
function categoryOf({ classification, categories }: StoredEvent): string {
  if (classification !== '') return classification;
  return categories.map(({ id, label }) => label ?? categoryById(id)?.label ?? String(id)).join(', ');
}
