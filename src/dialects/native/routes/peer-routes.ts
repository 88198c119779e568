import { z } from 'zod';
import * as peers from '../../../core/peers/index.ts';
import { peer } from '../peer-schemas.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { slugParams } from './inputs.ts';

const listPeers = defineRoute({
  method: 'GET',
  path: '/peers',
  operationId: 'listPeers',
  summary: 'Servers that organizations in reach have joined',
  tag: 'Peers',
  answer: z.object({ data: z.array(peer) }),
  async handle({ deps, caller }) {
    return { data: (await peers.listPeers(deps.context, caller)).map(toPeer) };
  },
});

const joinPeer = defineRoute({
  method: 'POST',
  path: '/peers',
  operationId: 'joinPeer',
  summary: 'Joins a server that speaks USM Anywhere 2.0, once its credential has been tried; for the operator',
  tag: 'Peers',
  body: z.strictObject({
    organization: z.string().describe('Slug: whose alarms the server’s become; made where there is none'),
    parent: z.string().nullish().describe('Slug of the organization above, for one that is to be made'),
    name: z.string().nullish().describe('For people, for one that is to be made; its slug if not given'),
    url: z.string().describe('`https://host:port`; `/api/2.0` is below'),
    clientId: z.string(),
    clientSecret: z.string(),
  }),
  status: 201,
  answer: peer,
  async handle({ deps, caller, body: { clientSecret: secret, ...rest } }) {
    return toPeer(await peers.joinPeer(deps.context, caller, { ...rest, secret }, deps));
  },
});

const leavePeer = changeRoute({
  method: 'DELETE',
  path: '/peers/:slug',
  operationId: 'leavePeer',
  summary: 'Forgets a server and its secret; the alarms it gave stay',
  change: peers.leavePeer,
});

const pausePeer = changeRoute({
  method: 'POST',
  path: '/peers/:slug/pause',
  operationId: 'pausePeer',
  summary: 'Asks a server no more, until it is resumed',
  change: peers.pausePeer,
});

const resumePeer = changeRoute({
  method: 'POST',
  path: '/peers/:slug/resume',
  operationId: 'resumePeer',
  summary: 'Asks a server again, at once',
  change: peers.resumePeer,
});

interface ChangeRoute extends Pick<NativeRoute, 'method' | 'path' | 'operationId' | 'summary'> {
  readonly change: typeof peers.pausePeer;
}

function changeRoute({ change, ...texts }: ChangeRoute): NativeRoute {
  return defineRoute({
    ...texts,
    tag: 'Peers',
    params: slugParams,
    answer: peer,
    handle: async ({ deps, caller, params }) => toPeer(await change(deps.context, caller, params.slug)),
  });
}

function toPeer({ cursor, ...model }: peers.PlacedPeer): z.input<typeof peer> {
  const { organization, url, clientId, enabled, connected, joinedAt, lastAnsweredAt } = model;
  const { lastError, failures, nextAttemptAt } = model;
  return {
    organization,
    url,
    clientId,
    enabled,
    connected,
    joinedAt,
    lastAnsweredAt,
    lastError,
    failures,
    nextAttemptAt,
    readUpTo: cursor.reachedMs === null ? null : new Date(cursor.reachedMs).toISOString(),
    upToDate: cursor.atEnd,
  };
}

/** Other servers, joined to organizations. */
export const PEER_ROUTES: readonly NativeRoute[] = [listPeers, joinPeer, leavePeer, pausePeer, resumePeer];
