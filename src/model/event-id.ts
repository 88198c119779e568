import type { EventPosition } from './event.ts';

/** What names an event for good: its batch and its line in there. */
export type EventNumber = Pick<EventPosition, 'seq' | 'row'>;

/**
 * An event's UUID: version 8 of RFC 9562, the batch in the first 48 bits and the row in the last 32, so that nothing has to
 * be stored to find the event again.
 */
export function eventId({ seq, row }: EventNumber): string {
  const batch = hex(seq, 12);
  const line = hex(row, 8);
  return `${batch.slice(0, 8)}-${batch.slice(8)}-8000-8000-0000${line}`;
}

/** The event of a UUID in any case; undefined for one that names no event. */
export function eventNumber(id: string): EventNumber | undefined {
  const [, high, low, row] = /^([0-9a-f]{8})-([0-9a-f]{4})-8000-8000-0000([0-9a-f]{8})$/i.exec(id) ?? [];
  if (high === undefined) return undefined;
  return { seq: Number.parseInt(`${high}${low}`, 16), row: Number.parseInt(`${row}`, 16) };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
