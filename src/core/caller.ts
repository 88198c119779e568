import type { Organization } from '../model/organization.ts';
import type { Actor, Permission } from '../model/scope.ts';

/** Who administers, before any organization is named: how far they see and what they may do there. */
export interface Caller {
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
  /** They reach this organization and everything below it; null for all there are. */
  readonly root: Organization | null;
}
