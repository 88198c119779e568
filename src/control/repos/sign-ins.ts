import type { Actor } from '../../model/scope.ts';
import { type AuditInput, appendAudit, appendAudits } from '../audit.ts';
import type { UserRow } from '../tables.ts';
import { type Db, inTransaction } from '../transaction.ts';

/** Where a person signs in from. */
export interface SignInPlace {
  /** Remote address. */
  readonly from: string;
  /** Which surface was used, as in `Actor`. */
  readonly via: string;
}

/** Failed attempts to use an account, summed. */
export interface FailedAttempts<Account> extends SignInPlace {
  /** Null where there is no such account. */
  readonly account: Account | null;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

type SignedUser = Pick<UserRow, 'id' | 'email' | 'organizationId'>;

/** The user of an e-mail address, with the hash of the password. */
export function userRowByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('email', '=', email.trim().toLowerCase()).executeTakeFirst();
}

/** Notes that a user has signed in. */
export function recordSignIn(db: Db, user: UserRow, place: SignInPlace): Promise<void> {
  return inTransaction(db, async (trx) => {
    const lastSignInAt = new Date().toISOString();
    await trx.updateTable('users').set({ lastSignInAt }).where('id', '=', user.id).execute();
    await appendAudit(trx, { ...entryOf(user, place), result: 'success' });
  });
}

/** Writes one entry of the audit trail for each sum. */
export function recordFailedSignIns(db: Db, sums: readonly FailedAttempts<SignedUser>[]): Promise<void> {
  return inTransaction(db, (trx) =>
    appendAudits(
      trx,
      sums.map((sum) => ({ ...entryOf(sum.account, sum), ...failureOf(sum) })),
    ),
  );
}

/** How a sum is written to the audit trail. */
export function failureOf({ attempts, firstAt, lastAt }: Omit<FailedAttempts<unknown>, 'account'>) {
  const detail = { attempts, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
  return { result: 'failure', detail } as const;
}

function entryOf(user: SignedUser | null, { from, via }: SignInPlace): Omit<AuditInput, 'result'> {
  const actor: Actor = { type: 'user', id: user?.id ?? 'unknown', label: user?.email ?? 'unknown', from, via };
  return {
    actor,
    action: 'user.sign_in',
    objectType: 'user',
    objectId: actor.id,
    objectLabel: actor.label,
    organizationId: user?.organizationId ?? null,
  };
}
