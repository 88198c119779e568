import type { Alarm } from '../../../../model/alarm.ts';
import { link } from '../hal.ts';
import { wrapEvent } from './event.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * An alarm as the server it was pulled from answered it, with what people did with it here, and links that lead here. Its
 * events are wrapped in lists and flat in a single read, however they came (section 2.4).
 */
export function pulledAlarm(alarm: Alarm, document: Json, { origin, wrapped }: { origin: string; wrapped: boolean }) {
  const events = Array.isArray(document.events) ? (document.events as Json[]) : [];
  return {
    ...(relinked(document, origin) as Json),
    uuid: alarm.id,
    status: alarm.status,
    suppressed: alarm.suppressed,
    alarm_labels: alarm.labels,
    events: events.map((event) => (wrapped ? wrap(event, origin) : flat(event, origin))),
    _links: { self: link(`${origin}/api/2.0/alarms/${alarm.id}`) },
  };
}

function flat(event: Json, origin: string): Json {
  const { message } = event;
  if (!isObject(message)) return relinked(event, origin) as Json;
  return {
    ...message,
    has_alarm: String(message.has_alarm) === 'true',
    suppressed: String(message.suppressed) === 'true',
    _links: { self: link(`${origin}/api/2.0/events/${String(message.uuid)}`) },
  };
}

function wrap(event: Json, origin: string): Json {
  if (isObject(event.message)) return relinked(event, origin) as Json;
  return wrapEvent(event, origin);
}

/** The same with every `href` under this server's address. */
function relinked(node: unknown, origin: string): unknown {
  if (Array.isArray(node)) return node.map((item) => relinked(item, origin));
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) =>
      name === 'href' && typeof value === 'string'
        ? [name, value.replace(/^https?:\/\/.*?(?=\/api\/2\.0\/)/, origin)]
        : [name, relinked(value, origin)],
    ),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
