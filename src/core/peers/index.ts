export { leavePeer, listPeers, pausePeer, resumePeer } from './change-peer.ts';
export { joinPeer, type PeerToJoin } from './join-peer.ts';
export { type Deployment, listDeployments } from './list-deployments.ts';
export { createPeerPuller, type PeerPuller } from './peer-puller.ts';
export type { PlacedPeer } from './placed-peer.ts';
