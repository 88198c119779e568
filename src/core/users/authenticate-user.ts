import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { decoyHash, verifyPassword } from '../../control/passwords.ts';
import { requireOrganization } from '../../control/repos/organizations.ts';
import { recordFailedSignIns, recordSignIn, type SignInPlace, userRowByEmail } from '../../control/repos/sign-ins.ts';
import type { UserRow } from '../../control/tables.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { ControlContext } from '../context.ts';
import { addressKey } from '../limits/address-key.ts';
import { type FailureLimiter, FailureSums } from '../limits/index.ts';
import { permissionsOfRole } from './permissions-of-role.ts';

export interface SignInRequest extends SignInPlace {
  readonly email: string;
  readonly password: string;
}

const REMEMBERED_MS = 60_000;

/**
 * Knows people by e-mail address and password. A password that was verified is remembered for a minute by a keyed hash, so that a
 * program that sends it with each request costs one derivation a minute; the user's row is read each time, so a new password, role
 * or state has effect at once.
 */
export class PasswordSignIn {
  readonly #context: ControlContext;
  readonly #limiter: FailureLimiter;
  readonly #failures: FailureSums<UserRow>;
  readonly #key = randomBytes(32);
  readonly #verified = new LRUCache<string, true>({ max: 10_000, ttl: REMEMBERED_MS });
  /** Which accounts signed in from which addresses within a day. */
  readonly #familiar = new LRUCache<string, true>({ max: 50_000, ttl: DAY_MS });
  /** Verifications under way: the same credential from the same address is verified once. */
  readonly #pending = new Map<string, Promise<void>>();

  constructor(context: ControlContext, limiter: FailureLimiter) {
    this.#context = context;
    this.#limiter = limiter;
    this.#failures = new FailureSums((sums) => recordFailedSignIns(context.control.db, sums));
  }

  /** Fails with `unauthenticated`, whatever is wrong, or with `rate_limited`. */
  async authenticate(input: SignInRequest): Promise<Caller> {
    const { db } = this.#context.control;
    const row = await userRowByEmail(db, input.email);
    const fingerprint = this.#fingerprint(row, input);
    if (!isEnabled(row) || this.#verified.get(fingerprint) === undefined) await this.#once(fingerprint, row, input);
    if (!isEnabled(row)) throw refused();
    return {
      actor: { type: 'user', id: row.id, label: row.email, from: input.from, via: input.via },
      permissions: permissionsOfRole(row.role),
      root: await requireOrganization(db, row.organizationId),
    };
  }

  /** Writes to the audit trail what is summed up for it; to be called before the control database is closed. */
  flush(): Promise<void> {
    return this.#failures.flush();
  }

  #once(fingerprint: string, row: UserRow | undefined, input: SignInRequest): Promise<void> {
    const key = `${fingerprint} ${addressKey(input.from)}`;
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const begun = this.#verify(fingerprint, row, input).finally(() => this.#pending.delete(key));
    this.#pending.set(key, begun);
    return begun;
  }

  async #verify(fingerprint: string, row: UserRow | undefined, input: SignInRequest): Promise<void> {
    const place = { from: input.from, via: input.via };
    const familiar = `${addressKey(input.from)} ${row?.id}`;
    const attempt = { surface: input.via, from: input.from, account: input.email };
    await this.#limiter.verifyPassword(attempt, this.#familiar.has(familiar), async () => {
      const hash = row?.passwordHash ?? DECOY;
      const matches = await verifyPassword(input.password, hash, addressKey(input.from));
      if (matches && isEnabled(row)) return;
      this.#failures.add(row ?? null, place);
      throw refused();
    });
    if (row === undefined) return;
    this.#verified.set(fingerprint, true);
    this.#familiar.set(familiar, true);
    await recordSignIn(this.#context.control.db, row, place);
  }

  /** Tells credentials apart without keeping any. A new password, role or state makes another one. */
  #fingerprint(row: UserRow | undefined, { email, password }: SignInRequest): string {
    const { id, passwordHash, role, enabled } = row ?? { id: email, passwordHash: '', role: '', enabled: 0 };
    const text = JSON.stringify([id, passwordHash, role, enabled, password]);
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

/** An unknown address must cost as long to refuse as a wrong password. */
const DECOY = decoyHash();

function isEnabled(row: UserRow | undefined): row is UserRow {
  return row?.enabled === 1;
}

function refused(): AppError {
  return new AppError('unauthenticated', { public: 'wrong e-mail address or password' });
}
