import { createOrganization, organizationBySlug } from '../../control/repos/organizations.ts';
import { alreadyJoined, createPeer, peerOf } from '../../control/repos/peers.ts';
import { seal } from '../../control/sealing.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import { alarmPages, connectUsm, type UsmAddress } from '../../sources/usm-anywhere/index.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { type PlacedPeer, placed } from './placed-peer.ts';

export interface PeerToJoin extends UsmAddress {
  /** Slug of the organization whose alarms the server's become; it is made where there is none. */
  readonly organization: string;
  /** Slug of the organization above, for one that is to be made. */
  readonly parent?: string | null | undefined;
  /** For people, for one that is to be made; its slug where absent. */
  readonly name?: string | null | undefined;
}

export interface JoinOptions {
  /** The key that signs tokens, by which the secret is sealed. */
  readonly tokenKey: Uint8Array;
}

/**
 * Joins a server that speaks USM Anywhere 2.0 to an organization. The credential is tried first. For the operator: whoever
 * names an address makes this server call it.
 *
 * Fails with `bad_request`, also where the server does not answer as it should, with `conflict`, or with `not_found` for the parent.
 */
export async function joinPeer(
  context: Context,
  caller: Caller,
  input: PeerToJoin,
  { tokenKey }: JoinOptions,
): Promise<PlacedPeer> {
  requireOperator(caller);
  const address = { url: baseUrl(input.url), ...credentials(input) };
  await requireFree(context, input);
  await tryAddress(address);
  const { actor } = caller;
  return inTransaction(context.control.db, async (trx) => {
    const organization = await place(trx, caller, input);
    const peer = await createPeer(trx, {
      organization,
      url: address.url,
      clientId: address.clientId,
      sealedSecret: seal(address.secret, { key: tokenKey, owner: organization.uuid }),
      now: new Date(context.now()),
      actor,
    });
    return placed(peer, organization, context.now());
  });
}

/** What can be known to fail is told before anybody is called. */
async function requireFree({ control }: Context, { organization: slug, parent, name }: PeerToJoin): Promise<void> {
  const organization = await organizationBySlug(control.db, slug);
  if (organization === undefined) {
    if (parent) return;
    throw badInput('parent', undefined, `there is no organization ${slug.slice(0, 63)}: name the one to make it under`);
  }
  if (parent || name) {
    throw badInput('organization', slug, `organization ${slug} exists already: leave out its parent and its name`);
  }
  if ((await peerOf(control.db, organization.id)) !== undefined) throw alreadyJoined(slug);
}

async function place(
  trx: Trx,
  { actor }: Caller,
  { organization: slug, parent, name }: PeerToJoin,
): Promise<Organization> {
  const present = await organizationBySlug(trx, slug);
  if (present !== undefined) return present;
  const above = await organizationBySlug(trx, parent ?? '');
  if (above === undefined) {
    throw new AppError('not_found', {
      public: `there is no organization ${(parent ?? '').slice(0, 63)}`,
      faults: [{ where: 'parent', value: (parent ?? '').slice(0, 200), message: 'no organization has this slug' }],
    });
  }
  return createOrganization(trx, { slug, name: name || slug, parentId: above.id, actor });
}

const TRIAL_REQUESTS_PER_SECOND = 20;

async function tryAddress(address: UsmAddress): Promise<void> {
  const connection = connectUsm(address, { requestsPerSecond: TRIAL_REQUESTS_PER_SECOND });
  try {
    for await (const _ of alarmPages(connection, {
      fromMs: null,
      order: 'timestamp_occured,asc',
      size: 1,
      signal: AbortSignal.timeout(60_000),
    }))
      return;
  } catch (error) {
    const reason = error instanceof AppError ? error.public : 'it did not answer within 60 seconds';
    throw badInput('url', address.url, `${address.url} cannot be joined: ${reason}`);
  }
}

/** The base of an address that people may have copied with the path of the API at its end. */
function baseUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || given.length > 1000) {
    throw badInput('url', given, 'must be an address that begins with https:// or http://');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw badInput('url', url.origin, 'must be an address without credentials, parameters and fragment');
  }
  return url.origin + url.pathname.replace(/(?:\/api\/2\.0)?\/*$/, '');
}

function credentials({ clientId, secret }: UsmAddress): Pick<UsmAddress, 'clientId' | 'secret'> {
  if (!/^[^:\p{Control}\p{Surrogate}]{1,1000}$/u.test(clientId)) {
    throw badInput('clientId', clientId, 'must be 1 to 1000 characters without colon or control character');
  }
  if (!/^[^\p{Control}\p{Surrogate}]{1,1000}$/u.test(secret)) {
    throw badInput('clientSecret', undefined, 'must be 1 to 1000 characters without control character');
  }
  return { clientId, secret };
}
