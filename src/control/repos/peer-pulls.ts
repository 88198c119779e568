import { sql } from 'kysely';
import type { Peer, PeerCursor } from '../../model/peer.ts';
import type { PeerRow } from '../tables.ts';
import type { Db, Trx } from '../transaction.ts';
import { toPeer } from './peers.ts';

/** A peer as the one who may ask it now holds it. */
export interface ClaimedPeer {
  readonly peer: Peer;
  readonly sealedSecret: string;
  readonly owner: string;
}

export interface PeerClaim {
  readonly owner: string;
  readonly now: Date;
  readonly leaseMs: number;
}

/** Takes the peer that has been due longest. Two callers never hold the same one. */
export async function claimPeer(db: Db, { owner, now, leaseMs }: PeerClaim): Promise<ClaimedPeer | undefined> {
  const at = now.toISOString();
  const due = db
    .selectFrom('peers')
    .select('id')
    .where('enabled', '=', 1)
    .where('nextAttemptAt', '<=', at)
    .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', at)]))
    .orderBy('nextAttemptAt')
    .orderBy('id')
    .limit(1);
  const row = await db
    .updateTable('peers')
    .set({ owner, leaseUntil: after(now, leaseMs) })
    .where('id', '=', due)
    // Said again for PostgreSQL, which looks here once more when another claim was faster.
    .where((eb) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', at)]))
    .returningAll()
    .executeTakeFirst();
  return row && { peer: toPeer(row), sealedSecret: row.sealedSecret, owner };
}

/** Holds a claimed peer for longer. False when it is no longer the owner's to ask, as below. */
export async function renewPeer(
  db: Db,
  claim: ClaimedPeer,
  { now, leaseMs }: Omit<PeerClaim, 'owner'>,
): Promise<boolean> {
  return changed(heldBy(db, claim).set({ leaseUntil: after(now, leaseMs) }));
}

export interface PeerProgress {
  readonly cursor: PeerCursor;
  readonly now: Date;
  /** Of the next pull, if this one goes on no longer. */
  readonly nextAttemptAt: Date;
}

/** Notes that the peer gave a page, and how far that goes; in the transaction that stores the page. */
export function notePeerPage(
  trx: Trx,
  claim: ClaimedPeer,
  { cursor, now, nextAttemptAt }: PeerProgress,
): Promise<boolean> {
  return changed(
    heldBy(trx, claim).set({
      cursor: JSON.stringify(cursor),
      lastAnsweredAt: now.toISOString(),
      nextAttemptAt: nextAttemptAt.toISOString(),
    }),
  );
}

export interface PulledPeer {
  readonly nextAttemptAt: Date;
  /** What of its answers could not be read. */
  readonly note: string | null;
}

/** Lets go of a peer that was read as far as it went. */
export function releasePeer(db: Db, claim: ClaimedPeer, { nextAttemptAt, note }: PulledPeer): Promise<boolean> {
  return changed(
    heldBy(db, claim).set({
      owner: null,
      leaseUntil: null,
      failures: 0,
      lastError: note,
      nextAttemptAt: nextAttemptAt.toISOString(),
    }),
  );
}

/** Lets go of a peer that did not answer as it should. */
export function releaseFailedPeer(
  db: Db,
  claim: ClaimedPeer,
  { nextAttemptAt, error }: { readonly nextAttemptAt: Date; readonly error: string },
): Promise<boolean> {
  return changed(
    heldBy(db, claim).set({
      owner: null,
      leaseUntil: null,
      failures: sql<number>`failures + 1`,
      lastError: error,
      nextAttemptAt: nextAttemptAt.toISOString(),
    }),
  );
}

function heldBy(db: Db, { peer, owner }: ClaimedPeer) {
  return db
    .updateTable('peers')
    .where('id', '=', peer.id)
    .where('joinedAt', '=', peer.joinedAt)
    .where('owner', '=', owner)
    .where('enabled', '=', 1);
}

async function changed(update: { executeTakeFirst(): Promise<{ numUpdatedRows: bigint } | undefined> }) {
  return (await update.executeTakeFirst())?.numUpdatedRows === 1n;
}

function after(now: Date, ms: number): PeerRow['leaseUntil'] {
  return new Date(now.getTime() + ms).toISOString();
}
