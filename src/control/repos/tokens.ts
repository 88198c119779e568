import { AppError } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { type Db, inTransaction } from '../transaction.ts';

export interface IssuedToken {
  /** The token's `jti`. */
  readonly id: string;
  readonly clientId: string;
  readonly organizationId: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** The record of issued tokens is this table; the audit trail would drown in them. */
export async function recordToken(db: Db, token: IssuedToken): Promise<void> {
  await db
    .insertInto('tokens')
    .values({
      id: token.id,
      clientId: token.clientId,
      organizationId: token.organizationId,
      issuedAt: token.issuedAt.toISOString(),
      expiresAt: token.expiresAt.toISOString(),
    })
    .execute();
}

/** Ends a token before its time. Doing so again changes nothing. */
export function revokeToken(db: Db, input: { id: string; actor: Actor }): Promise<void> {
  return inTransaction(db, async (trx) => {
    const token = await trx.selectFrom('tokens').selectAll().where('id', '=', input.id).executeTakeFirst();
    if (token === undefined) throw new AppError('not_found', { public: `there is no token ${input.id}` });
    if (token.revokedAt !== null) return;
    const revokedAt = new Date().toISOString();
    await trx.updateTable('tokens').set({ revokedAt }).where('id', '=', input.id).execute();
    await appendAudit(trx, {
      actor: input.actor,
      action: 'token.revoke',
      objectType: 'token',
      objectId: input.id,
      organizationId: token.organizationId,
      result: 'success',
      detail: { clientId: token.clientId },
    });
  });
}

/** True as well for a token that is not on record: whatever we did not issue does not count. */
export async function isRevoked(db: Db, id: string): Promise<boolean> {
  const token = await db.selectFrom('tokens').select('revokedAt').where('id', '=', id).executeTakeFirst();
  return token === undefined || token.revokedAt !== null;
}

/** Forgets tokens that expired before an instant; answers how many. */
export async function pruneTokens(db: Db, input: { expiredBefore: Date }): Promise<number> {
  const result = await db
    .deleteFrom('tokens')
    .where('expiresAt', '<', input.expiredBefore.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
