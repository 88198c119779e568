import { readEventsAt } from '../../../core/events/index.ts';
import type { Alarm } from '../../../model/alarm.ts';
import type { EventNumber } from '../../../model/event-id.ts';
import type { Scope } from '../../../model/scope.ts';
import type { StoredEvent } from '../../../model/stored-event.ts';
import type { Call } from './call.ts';
import { link } from './hal.ts';
import { alarmFields } from './mapping/alarm.ts';
import { toEvent, toWrappedEvent } from './mapping/event.ts';
import { pulledAlarm } from './mapping/pulled-alarm.ts';
import type { Place } from './place.ts';

/** Events that a listed alarm brings along; a single one brings all that it names. */
export const EVENTS_IN_LISTS = 10;

/** By batch and line. */
export type KnownEvents = ReadonlyMap<string, StoredEvent>;

/** The earliest events of each alarm of one organization, so many of each, as far as they are still kept. */
export async function eventsOf(
  { context }: Call,
  scope: Scope,
  alarms: readonly Alarm[],
  each: number,
): Promise<KnownEvents> {
  const own = alarms.filter(({ document }) => document === null);
  const positions = own.flatMap((alarm) => alarm.positions.slice(0, each));
  const distinct = [...new Map(positions.map((position) => [nameOf(position), position])).values()];
  const events = await readEventsAt(context, scope, distinct);
  return new Map(events.map((event) => [nameOf(event), event]));
}

/** An alarm with its events, which lists wrap (section 2.4). */
export function toAlarm(
  alarm: Alarm,
  events: KnownEvents,
  place: Place,
  { wrapped }: { readonly wrapped: boolean },
): Readonly<Record<string, unknown>> {
  if (alarm.document !== null) return pulledAlarm(alarm, alarm.document, { origin: place.origin, wrapped });
  const own = alarm.positions.flatMap((position) => events.get(nameOf(position)) ?? []);
  const flat = own.map((event) => toEvent(event, place));
  return {
    ...alarmFields(alarm, flat.slice(0, EVENTS_IN_LISTS), place),
    events: wrapped ? own.map((event) => toWrappedEvent(event, place)) : flat,
    _links: { self: link(`${place.origin}/api/2.0/alarms/${alarm.id}`) },
  };
}

function nameOf({ seq, row }: EventNumber): string {
  return `${seq}/${row}`;
}
