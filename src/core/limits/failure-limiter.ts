import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../model/errors.ts';
import { addressKey } from './address-key.ts';
import type { CountRequest } from './count-requests.ts';
import { countRefusal, type RefusalReason } from './failure-metrics.ts';

/** How many failures are free within 15 minutes; 0 sets no limit. */
export interface FailureLimits {
  /** Of one account (user or client) from one address. */
  readonly perAccount: number;
  /** Of one address, whatever the account. */
  readonly perAddress: number;
}

/** The origin of a credential that was presented. */
export interface Attempt {
  /** Name of the surface. */
  readonly surface: string;
  /** Remote address. */
  readonly from: string;
  /** As the caller spells it: may be anything. */
  readonly account: string;
}

/** Where wrong secrets are noted. */
interface WrongSecrets {
  add(attempt: Attempt): void;
}

interface Tally {
  failures: number;
  /** Attempts that are being verified. */
  pending: number;
  /** When the next attempt beyond the limit may begin, and when the count ends; as `performance.now()`. */
  nextAt: number;
  endsAt: number;
}

interface Rule {
  readonly limit: number;
  readonly pace: Pace['account'];
  readonly longestWait: number;
}

/** How passwords beyond the limits are spread, in milliseconds. */
export interface Pace {
  /** Shortest and longest time between two attempts; it doubles with each failure. */
  readonly account: readonly [number, number];
  readonly address: readonly [number, number];
  /** An attempt that would have to wait longer is refused without being verified. */
  readonly longestWait: number;
}

const PACE: Pace = { account: [1000, 5000], address: [250, 1000], longestWait: 10_000 };

const WINDOW_MS = 15 * 60_000;
const TALLIES = 20_000;

/**
 * Slows down those who guess. Only failures count, by address and by (address, account), so that nobody's guesses slow down a
 * caller from elsewhere. Secrets of programs cost little to verify: each is verified, and a wrong one beyond the limit is
 * answered with `rate_limited`. Passwords cost much: beyond the limit they are verified one at a time, further and further apart.
 *
 * Failures of all processes that share a control database count together; distances are each process's own.
 */
export class FailureLimiter {
  readonly #count: CountRequest;
  readonly #perAccount: Rule;
  readonly #perAddress: Rule;
  readonly #tallies = new LRUCache<string, Tally>({ max: TALLIES });
  readonly #wrongSecrets: WrongSecrets | undefined;

  constructor(
    count: CountRequest,
    { perAccount, perAddress }: FailureLimits,
    { pace = PACE, wrongSecrets }: { readonly pace?: Pace; readonly wrongSecrets?: WrongSecrets } = {},
  ) {
    this.#wrongSecrets = wrongSecrets;
    const { longestWait } = pace;
    this.#count = count;
    this.#perAccount = { limit: perAccount, pace: pace.account, longestWait };
    this.#perAddress = { limit: perAddress, pace: pace.address, longestWait };
  }

  /**
   * Verifies the secret of a program. Fails as `verify` does; with `rate_limited` in place of `unauthenticated` and `forbidden`
   * where the address, or the account at this address, has failed too often. A right secret is never refused.
   */
  async verifySecret<Result>(attempt: Attempt, verify: () => Promise<Result>): Promise<Result> {
    try {
      return await verify();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#wrongSecrets?.add(attempt);
      await this.#fail(attempt, 'secret', 'wrong_secret');
      throw error;
    }
  }

  /**
   * Verifies a password when its turn comes. Fails as `verify` does; with `rate_limited` in place of `unauthenticated` beyond the
   * limits, and without verification where the turn would come too late.
   *
   * @param isFamiliar whether the account has signed in from this address lately: then failures of other accounts there do not matter
   */
  async verifyPassword<Result>(attempt: Attempt, isFamiliar: boolean, verify: () => Promise<Result>): Promise<Result> {
    const [account, address] = this.#talliesOf(attempt, 'password');
    const tallies = isFamiliar ? [account] : [account, address];
    const wait = Math.max(...tallies.map(({ tally, rule }) => reserve(tally, rule)));
    try {
      const { longestWait } = this.#perAccount;
      if (wait > longestWait) throw this.#tooMany(attempt, wait - longestWait);
      if (wait > 0) await sleep(wait);
      const result = await verify();
      account.tally.failures = 0;
      return result;
    } catch (error) {
      if (isRefusal(error)) await this.#fail(attempt, 'password', 'wrong_password');
      throw error;
    } finally {
      for (const { tally } of tallies) tally.pending -= 1;
    }
  }

  async #fail(attempt: Attempt, kind: string, reason: RefusalReason): Promise<void> {
    countRefusal(attempt.surface, reason);
    let retryMs = 0;
    for (const { key, tally, rule } of this.#talliesOf(attempt, kind)) {
      if (rule.limit === 0) continue;
      await this.#countFailure(key, tally, rule);
      if (tally.failures > rule.limit) retryMs = Math.max(retryMs, distance(rule, tally.failures - rule.limit));
    }
    if (retryMs > 0) throw this.#tooMany(attempt, retryMs);
  }

  async #countFailure(key: string, tally: Tally, { limit }: Rule): Promise<void> {
    // Who is beyond the limit stays so until the window ends: that need not be asked of the database again.
    if (tally.failures > limit && tally.endsAt > performance.now()) {
      tally.failures += 1;
      return;
    }
    const { used, endsInMs } = await this.#count(key, WINDOW_MS);
    tally.failures = used;
    tally.endsAt = performance.now() + endsInMs;
  }

  #tooMany({ surface }: Attempt, retryMs: number): AppError {
    countRefusal(surface, 'too_many');
    const retryAfterSeconds = Math.max(1, Math.ceil(retryMs / 1000));
    return new AppError('rate_limited', { public: 'too many failed attempts; try again later', retryAfterSeconds });
  }

  #talliesOf({ from, account }: Attempt, kind: string): [Counted, Counted] {
    const address = addressKey(from);
    // What strangers type may be a password, and may be long.
    const digest = createHash('sha256').update(account.trim().toLowerCase()).digest('base64url');
    return [
      this.#counted(`failed ${kind} ${address} ${digest}`, this.#perAccount),
      this.#counted(`failed ${kind} ${address}`, this.#perAddress),
    ];
  }

  #counted(key: string, rule: Rule): Counted {
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { failures: 0, pending: 0, nextAt: 0, endsAt: Number.POSITIVE_INFINITY };
      this.#tallies.set(key, tally);
    }
    if (tally.endsAt <= performance.now())
      Object.assign(tally, { failures: 0, nextAt: 0, endsAt: Number.POSITIVE_INFINITY });
    return { key, tally, rule };
  }
}

interface Counted {
  readonly key: string;
  readonly tally: Tally;
  readonly rule: Rule;
}

/** Milliseconds that one more attempt has to wait. Those under way may all fail: they count as if they had. */
function reserve(tally: Tally, rule: Rule): number {
  const beyond = tally.failures + tally.pending + 1 - rule.limit;
  tally.pending += 1;
  if (rule.limit === 0 || beyond <= 0) return 0;
  const now = performance.now();
  const start = Math.max(now, tally.nextAt);
  // An attempt that is refused takes no place of another one.
  if (start - now <= rule.longestWait) tally.nextAt = start + distance(rule, beyond);
  return start - now;
}

function distance({ pace: [shortest, longest] }: Rule, beyond: number): number {
  return Math.min(longest, shortest * 2 ** Math.min(beyond - 1, 10));
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'unauthenticated' || error.code === 'forbidden');
}
