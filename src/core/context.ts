import type { Control } from '../control/database.ts';
import type { EventStore } from '../events/client.ts';
import type { EventIds } from '../model/event-id.ts';

/** What use cases work with: the two planes, the clock, what events are called and how long they are kept. Made once, in `main.ts` or a test's world. */
export interface Context {
  readonly events: EventStore;
  readonly control: Control;
  readonly eventIds: EventIds;
  /** Whole days that events and alarms are kept; 0 for ever. */
  readonly retentionDays: number;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
}
