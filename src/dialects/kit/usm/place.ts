import type { EventIds } from '../../../model/event-id.ts';
import type { Organization } from '../../../model/organization.ts';

/** Whose objects are written, under which address, and what events are called. */
export interface Place {
  readonly organization: Organization;
  readonly origin: string;
  readonly eventIds: EventIds;
}
