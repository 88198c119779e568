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

/** Enough for use cases that ask for no events: who somebody is, what they may do. */
export type ControlContext = Omit<Context, 'events'>;

/** The context while it is not known yet whom a request is for. Events are there for somebody only: see `onBehalfOf`. */
export interface SharedContext extends ControlContext {
  readonly lanes: Pick<EventStore, 'onBehalfOf'>;
}

export function sharedContext({ events, ...rest }: Context): SharedContext {
  return { ...rest, lanes: events };
}
