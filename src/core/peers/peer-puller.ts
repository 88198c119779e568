import { randomUUID } from 'node:crypto';
import {
  type ClaimedPeer,
  claimPeer,
  type PeerVerdict,
  releasePeer,
  renewPeer,
} from '../../control/repos/peer-pulls.ts';
import { unseal } from '../../control/sealing.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import { AppError } from '../../model/errors.ts';
import type { Peer } from '../../model/peer.ts';
import { connectUsm, type UsmConnection } from '../../sources/usm-anywhere/index.ts';
import type { Context } from '../context.ts';
import { pullPeer } from './pull-peer.ts';

export interface PullerOptions {
  /** Between two pulls of one peer. */
  readonly intervalMs: number;
  readonly requestsPerSecond: number;
  /** The key that signs tokens, by which secrets are sealed. */
  readonly tokenKey: Uint8Array;
  /** Told of whatever is no fault of a peer. */
  readonly log: { warn(about: object, text: string): void };
}

export interface PeerPuller {
  /** Reads from the peer that has been due longest. False where none is. Ends early, and leaves the rest, at the signal. */
  pullNext(signal: AbortSignal): Promise<boolean>;
}

/** Who holds a peer and is silent for so long is gone. */
const LEASE_MS = 20_000;

const LONGEST_BACKOFF_MS = 15 * 60_000;

export function createPeerPuller(context: Context, options: PullerOptions): PeerPuller {
  const { db } = context.control;
  const now = () => new Date(context.now());
  const connectionTo = connections(options);
  return {
    async pullNext(signal) {
      const claim = await claimPeer(db, { owner: randomUUID(), now: now(), leaseMs: LEASE_MS });
      if (claim === undefined) return false;
      const lease = keepLease(context, claim, options.log);
      const ended = AbortSignal.any([signal, lease.signal]);
      try {
        const connection = connectionTo(claim);
        const { intervalMs } = options;
        const { isDone, note } = await pullPeer({ context, claim, connection, intervalMs, signal: ended });
        const nextAttemptAt = new Date(context.now() + (isDone ? intervalMs : 0)).toISOString();
        await releasePeer(db, claim, { failures: 0, lastError: note, nextAttemptAt });
      } catch (error) {
        if (!ended.aborted) logSurprise(options, claim, error);
        await releasePeer(db, claim, ended.aborted ? {} : verdictOn(error, claim.peer, context.now(), options));
      } finally {
        lease.stop();
      }
      return true;
    },
  };
}

/** Connections keep their tokens from one pull to the next. */
function connections({ tokenKey, requestsPerSecond }: PullerOptions): (claim: ClaimedPeer) => UsmConnection {
  const known = new Map<string, { readonly sealedSecret: string; readonly connection: UsmConnection }>();
  return ({ peer, sealedSecret }) => {
    const present = known.get(peer.id);
    if (present?.sealedSecret === sealedSecret) return present.connection;
    const secret = unseal(sealedSecret, { key: tokenKey, owner: peer.id });
    if (secret === undefined) {
      throw new AppError('unavailable', {
        public: 'its secret was kept with another token key; leave and join it again',
      });
    }
    const { url, clientId } = peer;
    const connection = connectUsm({ url, clientId, secret }, { requestsPerSecond });
    known.set(peer.id, { sealedSecret, connection });
    return connection;
  };
}

/** What a failed attempt says of the peer. A peer that says when to come back is believed, up to an hour. */
function verdictOn(error: unknown, peer: Peer, nowMs: number, { intervalMs }: PullerOptions): PeerVerdict {
  const isKnown = error instanceof AppError;
  const lastError = isKnown ? error.public : 'its alarms could not be stored; the log of this server says why';
  const retryAfterMs = isKnown && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds * 1000 : undefined;
  const backoffMs = Math.min(LONGEST_BACKOFF_MS, intervalMs * 2 ** Math.min(peer.failures, 20));
  const waitMs = retryAfterMs === undefined ? backoffMs : Math.min(HOUR_MS, Math.max(retryAfterMs, intervalMs));
  return { failures: peer.failures + 1, lastError, nextAttemptAt: new Date(nowMs + waitMs).toISOString() };
}

function logSurprise({ log }: PullerOptions, { peer }: ClaimedPeer, error: unknown): void {
  const about = { peer: peer.url, organizationId: peer.organizationId };
  if (error instanceof AppError) log.warn(about, `could not read alarms of a peer: ${error.public}`);
  else log.warn({ ...about, err: error }, 'could not store alarms of a peer');
}

/** Renews the lease while the peer is read. The signal aborts when it is lost. */
function keepLease(context: Context, claim: ClaimedPeer, log: PullerOptions['log']) {
  const controller = new AbortController();
  const renew = async () => {
    const isHeld = await renewPeer(context.control.db, claim, { now: new Date(context.now()), leaseMs: LEASE_MS });
    if (!isHeld) controller.abort(new Error('the lease of this peer is lost'));
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.warn({ err: error }, 'could not renew the lease of a peer'));
  }, LEASE_MS / 4);
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
