import type { Control } from '../control/database.ts';
import type { EventStore } from '../events/client.ts';

/** What use cases work with: the two planes and the clock. Made once, in `main.ts` or a test's world. */
export interface Context {
  readonly events: EventStore;
  readonly control: Control;
  /** Now, in milliseconds since 1970. */
  readonly now: () => number;
}
