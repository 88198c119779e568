import { descendantsOf } from '../../control/repos/organizations.ts';
import { listPeers } from '../../control/repos/peers.ts';
import type { Organization } from '../../model/organization.ts';
import type { Peer } from '../../model/peer.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** An organization as the one above sees it. */
export interface Deployment {
  readonly organization: Organization;
  /** The server whose alarms are its own; null where they are made here. */
  readonly peer: Peer | null;
}

/** Every organization below the scope's, by number; not itself. Permission `alarms:read`. */
export async function listDeployments(context: Context, scope: Scope): Promise<Deployment[]> {
  requirePermission(scope, 'alarms:read');
  const { db } = context.control;
  const peers = new Map((await listPeers(db)).map((peer) => [peer.organizationId, peer]));
  const organizations = await descendantsOf(db, scope.organization.id);
  return organizations.map((organization) => ({ organization, peer: peers.get(organization.id) ?? null }));
}
