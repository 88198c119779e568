import { readEventsAt } from '../../../core/events/index.ts';
import type { Alarm } from '../../../model/alarm.ts';
import type { EventNumber } from '../../../model/event-id.ts';
import type { Scope } from '../../../model/scope.ts';
import type { StoredEvent } from '../../../model/stored-event.ts';
import type { Call } from './call.ts';
import { link } from './hal.ts';
import { alarmFields } from './mapping/alarm.ts';
import { toEvent, wrapEvent } from './mapping/event.ts';
import { pulledAlarm } from './mapping/pulled-alarm.ts';
import type { Place } from './place.ts';

/** Events that a listed alarm brings along; a single one brings all that it names. */
export const EVENTS_IN_LISTS = 10;

/** Events of alarms, by id of the alarm. */
export type EventsOfAlarms = ReadonlyMap<string, readonly StoredEvent[]>;

/** The earliest events of each alarm of one organization, so many of each, as far as they are still kept. */
export async function eventsOf(
  { context }: Call,
  scope: Scope,
  alarms: readonly Alarm[],
  each: number,
): Promise<EventsOfAlarms> {
  const own = alarms.filter(({ document }) => document === null);
  const named = own.map(({ id, positions }) => ({ id, positions: positions.slice(0, each) }));
  const distinct = new Map(named.flatMap(({ positions }) => positions).map((position) => [nameOf(position), position]));
  const events = await readEventsAt(context, scope, [...distinct.values()]);
  const kept = new Map(events.map((event) => [nameOf(event), event]));
  return new Map(
    named.map(({ id, positions }) => [id, positions.flatMap((position) => kept.get(nameOf(position)) ?? [])]),
  );
}

/** An alarm with its events, which lists wrap (section 2.4). */
export function toAlarm(
  alarm: Alarm,
  events: EventsOfAlarms,
  place: Place,
  { wrapped }: { readonly wrapped: boolean },
): Readonly<Record<string, unknown>> {
  if (alarm.document !== null) return pulledAlarm(alarm, alarm.document, { origin: place.origin, wrapped });
  const flat = (events.get(alarm.id) ?? []).map((event) => toEvent(event, place));
  return {
    ...alarmFields(alarm, flat.slice(0, EVENTS_IN_LISTS), place),
    events: wrapped ? flat.map((event) => wrapEvent(event, place.origin)) : flat,
    _links: { self: link(`${place.origin}/api/2.0/alarms/${alarm.id}`) },
  };
}

function nameOf({ seq, row }: EventNumber): string {
  return `${seq}/${row}`;
}
