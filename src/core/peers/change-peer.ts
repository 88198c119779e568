import {
  deletePeer,
  listPeers as listAll,
  pausePeer as pause,
  resumePeer as resume,
} from '../../control/repos/peers.ts';
import { AppError } from '../../model/errors.ts';
import type { Peer } from '../../model/peer.ts';
import type { Scope } from '../../model/scope.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { enterOrganization } from '../orgs/enter-organization.ts';
import { listOrganizations } from '../orgs/list-organizations.ts';
import { requirePermission } from '../permission.ts';
import { type PlacedPeer, placed } from './placed-peer.ts';

/** Servers that were joined, of every organization the caller reaches. */
export async function listPeers(context: Context, caller: Caller): Promise<PlacedPeer[]> {
  requirePermission(caller, 'administer');
  const organizations = new Map((await listOrganizations(context, caller)).map((one) => [one.id, one]));
  return (await listAll(context.control.db)).flatMap((peer) => {
    const organization = organizations.get(peer.organizationId);
    return organization === undefined ? [] : [placed(peer, organization, context.now())];
  });
}

/** Asks it no more, until it is resumed. Fails with `not_found`, as do the two below. */
export function pausePeer(context: Context, caller: Caller, slug: string): Promise<PlacedPeer> {
  return change(context, caller, slug, pause);
}

/** Asks it again, at once: also one that has failed and would be left alone for longer. */
export function resumePeer(context: Context, caller: Caller, slug: string): Promise<PlacedPeer> {
  return change(context, caller, slug, (db, input) => resume(db, { ...input, now: new Date(context.now()) }));
}

/** Forgets it and its secret. The alarms it gave stay with the organization. */
export function leavePeer(context: Context, caller: Caller, slug: string): Promise<PlacedPeer> {
  return change(context, caller, slug, deletePeer);
}

async function change(
  context: Context,
  caller: Caller,
  slug: string,
  apply: (
    db: Context['control']['db'],
    input: { organizationId: number; actor: Scope['actor'] },
  ) => Promise<Peer | undefined>,
): Promise<PlacedPeer> {
  requirePermission(caller, 'administer');
  const { organization, actor } = await enterOrganization(context, caller, slug);
  const peer = await apply(context.control.db, { organizationId: organization.id, actor });
  if (peer !== undefined) return placed(peer, organization, context.now());
  throw new AppError('not_found', { public: `organization ${organization.slug} has joined no server` });
}
