import { z } from 'zod';

/** Schemas with a name of their own in the OpenAPI documents of these surfaces. */
export const registry = z.registry<{ id: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}

const text = z.string();
const texts = z.array(text);
const integer = z.int();
const uuid = z.string().describe('UUID');
const instant = z
  .string()
  .regex(/^-?\d+$/)
  .describe('Milliseconds since 1970');
const iso = z.string().describe('ISO 8601 with milliseconds, UTC');

const linkObject = named('Link', z.object({ href: text, templated: z.boolean().optional() }));
const selfLink = z.object({ self: linkObject });

/** Section 2.9. The set of members depends on the source of the log. */
export const event = named(
  'Event',
  z.looseObject({
    uuid,
    event_name: text,
    packet_type: text,
    has_alarm: z.boolean(),
    in_alarms: texts.optional().describe('Alarms that name the event'),
    suppressed: z.boolean(),
    needs_enrichment: z.boolean(),
    timestamp_occured: instant,
    timestamp_occured_iso8601: iso,
    timestamp_received: instant,
    timestamp_received_iso8601: iso,
    plugin: text.describe('Source of the log'),
    sensor_uuid: uuid,
    source_name: text.optional(),
    source_port: integer.optional(),
    destination_name: text.optional(),
    destination_port: integer.optional(),
    bytes_in: integer.optional(),
    bytes_out: integer.optional(),
    log: text.describe('The original record'),
    _links: selfLink,
  }),
);

const wrappedEvent = named(
  'WrappedEvent',
  z.looseObject({
    _links: selfLink,
    timeStamp: integer.describe('When it was stored, milliseconds since 1970'),
    message: z.looseObject({ uuid, has_alarm: z.enum(['true', 'false']), suppressed: z.enum(['true', 'false']) }),
  }),
);

const endpoint = named(
  'Endpoint',
  z.looseObject({ address: text.optional(), name: text.optional(), event_count: integer, _links: selfLink }),
);

const alarmShape = {
  uuid,
  has_alarm: z.boolean(),
  needs_enrichment: z.boolean(),
  packet_data: texts.describe('Ids of its earliest events, at most 100'),
  alarm_events_count: integer.optional(),
  alarm_labels: texts.describe('Ids of labels'),
  priority: integer,
  priority_label: z.enum(['low', 'medium', 'high']),
  suppressed: z.boolean(),
  status: z.enum(['open', 'closed', 'in_review']),
  timestamp_occured: instant.describe('Its last event, milliseconds since 1970'),
  timestamp_occured_iso8601: iso,
  timestamp_received: instant.describe('When it was raised, milliseconds since 1970'),
  timestamp_received_iso8601: iso,
  rule_id: text,
  rule_intent: text,
  rule_strategy: text,
  rule_method: text,
  alarm_sensor_sources: texts,
  alarm_sources: texts,
  alarm_destinations: texts,
  sources: z.array(endpoint),
  destinations: z.array(endpoint),
};

/** Sections 2.4 and 2.5. */
export const listedAlarm = named(
  'ListedAlarm',
  z.looseObject({ ...alarmShape, events: z.array(wrappedEvent), _links: selfLink }),
);
export const alarm = named('Alarm', z.looseObject({ ...alarmShape, events: z.array(event), _links: selfLink }));
export const alarmFacts = named('AlarmFacts', z.looseObject(alarmShape));

export const alarmLabels = named('AlarmLabels', z.object({ alarm_labels: texts, _links: selfLink }));

const pageLinks = named(
  'PageLinks',
  z.object({
    first: linkObject,
    prev: linkObject.optional(),
    self: linkObject,
    next: linkObject.optional(),
    last: linkObject,
  }),
);

const pageObject = named(
  'Page',
  z.object({ size: integer, totalElements: integer, totalPages: integer, number: integer.describe('From 0') }),
);

/** Section 2.1, with the same items under each of the names. */
export function collectionOf(item: z.ZodType, names: readonly string[]): z.ZodType {
  const embedded = Object.fromEntries(names.map((name) => [name, z.array(item)]));
  return z.object({ _links: pageLinks, _embedded: z.object(embedded), page: pageObject });
}

/** Section 1.2. */
export const token = named(
  'Token',
  z.object({
    access_token: text,
    token_type: z.literal('bearer'),
    expires_in: integer.describe('Seconds'),
    scope: text,
    jti: uuid,
  }),
);

/** Section 1.3. */
export const fault = named(
  'Fault',
  z.object({
    result: z.literal('error'),
    location: text.describe('Path of the request'),
    error: text,
    error_description: text,
    status: integer,
  }),
);
