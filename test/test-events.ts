import { type EventStore, openEventStore, type StoreLimits } from '../src/events/client.ts';

/** The event store of a test in the directory `path`. */
export function openTestEvents(path: string, limits: StoreLimits = {}): Promise<EventStore> {
  return openEventStore({ path, ...limits });
}
