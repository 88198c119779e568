import type { Control } from '../control/database.ts';
import type { EventStore } from '../events/client.ts';
import type { EventIds } from '../model/event-id.ts';

/** What use cases work with: the two planes, the clock, and what events are called. Made once, in `main.ts` or a test's world. */
export interface Context {
  readonly events: EventStore;
  readonly control: Control;
  readonly eventIds: EventIds;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
}
