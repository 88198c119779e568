import type { Organization } from '../../model/organization.ts';
import { isConnected, type Peer } from '../../model/peer.ts';

/** A peer with the slug of its organization. */
export interface PlacedPeer extends Peer {
  readonly organization: string;
  readonly connected: boolean;
}

export function placed(peer: Peer, { slug }: Pick<Organization, 'slug'>, nowMs: number): PlacedPeer {
  return { ...peer, organization: slug, connected: isConnected(peer, nowMs) };
}
