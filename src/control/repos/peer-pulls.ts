import type { ExpressionBuilder } from 'kysely';
import type { Peer, PeerCursor } from '../../model/peer.ts';
import type { PeerRow, Tables } from '../tables.ts';
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
  // Asked every second, due rarely: look before taking the write lock.
  const due = await db
    .selectFrom('peers')
    .select('id')
    .where('enabled', '=', 1)
    .where('nextAttemptAt', '<=', at)
    .where(isFree(at))
    .orderBy('nextAttemptAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (due === undefined) return undefined;
  const row = await db
    .updateTable('peers')
    .set({ owner, leaseUntil: after(now, leaseMs) })
    .where('id', '=', due.id)
    .where('enabled', '=', 1)
    .where('nextAttemptAt', '<=', at)
    .where(isFree(at))
    .returningAll()
    .executeTakeFirst();
  return row && { peer: toPeer(row), sealedSecret: row.sealedSecret, owner };
}

function isFree(at: string) {
  return (eb: ExpressionBuilder<Tables, 'peers'>) => eb.or([eb('leaseUntil', 'is', null), eb('leaseUntil', '<', at)]);
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

/** What is known of a peer once it was asked. */
export type PeerVerdict = Partial<Pick<Peer, 'failures' | 'lastError' | 'nextAttemptAt'>>;

/** Lets go of a peer. */
export function releasePeer(db: Db, claim: ClaimedPeer, verdict: PeerVerdict): Promise<boolean> {
  return changed(heldBy(db, claim).set({ ...verdict, owner: null, leaseUntil: null }));
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
