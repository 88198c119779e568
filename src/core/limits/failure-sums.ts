import type { FailedAttempts, SignInPlace } from '../../control/repos/sign-ins.ts';
import { addressKey } from './address-key.ts';

const MINUTE_MS = 60_000;
/** Sums that are kept at a time; what comes from further addresses is summed up as one. */
const MAX_SUMS = 1000;

type Sum<Account> = { -readonly [Key in keyof FailedAttempts<Account>]: FailedAttempts<Account>[Key] };

/**
 * Sums failed attempts by address and account, and writes each sum to the audit trail once a minute. Guesses at accounts that do
 * not exist are one sum for each address. A process that is killed loses the sums of its last minute.
 */
export class FailureSums<Account extends { readonly id: string }> {
  readonly #record: (sums: readonly FailedAttempts<Account>[]) => Promise<void>;
  #sums = new Map<string, Sum<Account>>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(record: (sums: readonly FailedAttempts<Account>[]) => Promise<void>) {
    this.#record = record;
  }

  /** @param account null where there is no such account */
  add(account: Account | null, place: SignInPlace): void {
    const now = new Date();
    const sum = this.#sumOf(account, place, now);
    sum.attempts += 1;
    sum.lastAt = now;
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
  }

  /** Writes what was summed; what cannot be written is kept for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const sums = this.#sums;
    if (sums.size === 0) return;
    this.#sums = new Map();
    try {
      await this.#record([...sums.values()]);
    } catch (error) {
      for (const { account, from, via, attempts, firstAt, lastAt } of sums.values()) {
        const kept = this.#sumOf(account, { from, via }, lastAt);
        kept.attempts += attempts;
        kept.firstAt = firstAt;
      }
      this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
      throw error;
    }
  }

  #sumOf(account: Account | null, { from, via }: SignInPlace, now: Date): Sum<Account> {
    const isFull = this.#sums.size >= MAX_SUMS;
    const key = (address: string, id: string | undefined) => JSON.stringify([address, id ?? null, via]);
    const own = key(addressKey(from), account?.id);
    const known = this.#sums.get(own);
    if (known !== undefined) return known;
    const place = isFull ? { from: 'several', via, account: null } : { from, via, account };
    const name = isFull ? key('several', undefined) : own;
    const sum = this.#sums.get(name) ?? { ...place, attempts: 0, firstAt: now, lastAt: now };
    this.#sums.set(name, sum);
    return sum;
  }
}
