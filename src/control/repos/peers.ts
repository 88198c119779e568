import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Peer } from '../../model/peer.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { PeerRow } from '../tables.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';

export interface NewPeer {
  readonly organization: Pick<Organization, 'id' | 'uuid' | 'slug'>;
  readonly url: string;
  readonly clientId: string;
  readonly sealedSecret: string;
  readonly now: Date;
  readonly actor: Actor;
}

/** A peer of an organization that has none. It is asked as soon as somebody does so. Fails with `conflict`. */
export function createPeer(db: Db, { organization, now, actor, ...given }: NewPeer): Promise<Peer> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('peers')
      .values({
        ...given,
        id: organization.uuid,
        organizationId: organization.id,
        joinedAt: now.toISOString(),
        enabled: 1,
        cursor: JSON.stringify(NOTHING_READ),
        nextAttemptAt: now.toISOString(),
        failures: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw alreadyJoined(organization.slug);
    const peer = toPeer(row);
    await audit(trx, peer, 'peer.join', actor);
    return peer;
  });
}

const NOTHING_READ: Peer['cursor'] = { reachedMs: null, atEnd: false, review: null, reviewedAt: {} };

export function alreadyJoined(slug: string): AppError {
  return new AppError('conflict', { public: `organization ${slug} has joined a server already; let it leave first` });
}

export async function peerOf(db: Db, organizationId: number): Promise<Peer | undefined> {
  const row = await db.selectFrom('peers').selectAll().where('organizationId', '=', organizationId).executeTakeFirst();
  return row && toPeer(row);
}

/** Of all organizations, by organization. */
export async function listPeers(db: Db): Promise<Peer[]> {
  const rows = await db.selectFrom('peers').selectAll().orderBy('organizationId').execute();
  return rows.map(toPeer);
}

export interface PeerChange {
  readonly organizationId: number;
  readonly actor: Actor;
}

/** Asks it no more, until it is resumed; a pull under way ends. Undefined where there is none, as below. */
export function pausePeer(db: Db, change: PeerChange): Promise<Peer | undefined> {
  return changePeer(db, change, { enabled: 0 }, 'peer.pause');
}

/** Asks it again, at once. */
export function resumePeer(db: Db, change: PeerChange & { readonly now: Date }): Promise<Peer | undefined> {
  const nextAttemptAt = change.now.toISOString();
  return changePeer(db, change, { enabled: 1, nextAttemptAt, failures: 0 }, 'peer.resume');
}

/** Forgets it. Its alarms stay. */
export function deletePeer(db: Db, { organizationId, actor }: PeerChange): Promise<Peer | undefined> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .deleteFrom('peers')
      .where('organizationId', '=', organizationId)
      .returningAll()
      .executeTakeFirst();
    return row && audited(trx, toPeer(row), 'peer.leave', actor);
  });
}

type Changes = Partial<Pick<PeerRow, 'enabled' | 'nextAttemptAt' | 'failures'>>;

function changePeer(
  db: Db,
  { organizationId, actor }: PeerChange,
  changes: Changes,
  action: string,
): Promise<Peer | undefined> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('peers')
      // Whoever asks it now finds that they hold it no longer.
      .set({ ...changes, owner: null, leaseUntil: null })
      .where('organizationId', '=', organizationId)
      .returningAll()
      .executeTakeFirst();
    return row && audited(trx, toPeer(row), action, actor);
  });
}

async function audited(trx: Trx, peer: Peer, action: string, actor: Actor): Promise<Peer> {
  await audit(trx, peer, action, actor);
  return peer;
}

function audit(trx: Trx, { id, url, clientId, organizationId }: Peer, action: string, actor: Actor): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'peer',
    objectId: id,
    objectLabel: url,
    organizationId,
    result: 'success',
    detail: { url, clientId },
  });
}

export function toPeer({ sealedSecret: _, owner: __, leaseUntil: ___, ...row }: PeerRow): Peer {
  return { ...row, enabled: row.enabled === 1, cursor: JSON.parse(row.cursor) };
}
