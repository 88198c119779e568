import { type FailedSignIns, recordFailedSignIns, type SignInPlace } from '../../control/repos/sign-ins.ts';
import type { ControlContext } from '../context.ts';
import { addressKey } from '../limits/address-key.ts';

const MINUTE_MS = 60_000;
/** Sums that are kept at a time; what comes from further addresses is summed up as one. */
const MAX_SUMS = 1000;

type Sum = { -readonly [Key in keyof FailedSignIns]: FailedSignIns[Key] };

/**
 * Sums failed sign-ins by address and account, and writes each sum to the audit trail once a minute. Guesses at accounts that do
 * not exist are one sum for each address. A process that is killed loses the sums of its last minute.
 */
export class FailedSignInLog {
  readonly #context: ControlContext;
  #sums = new Map<string, Sum>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(context: ControlContext) {
    this.#context = context;
  }

  add(user: FailedSignIns['user'], place: SignInPlace): void {
    const now = new Date();
    const sum = this.#sumOf(user, place, now);
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
      await recordFailedSignIns(this.#context.control.db, [...sums.values()]);
    } catch (error) {
      for (const { user, from, via, attempts, firstAt, lastAt } of sums.values()) {
        const kept = this.#sumOf(user, { from, via }, lastAt);
        kept.attempts += attempts;
        kept.firstAt = firstAt;
      }
      this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), MINUTE_MS).unref();
      throw error;
    }
  }

  #sumOf(user: FailedSignIns['user'], { from, via }: SignInPlace, now: Date): Sum {
    const isFull = this.#sums.size >= MAX_SUMS;
    const key = (address: string, id: string | undefined) => JSON.stringify([address, id ?? null, via]);
    const own = key(addressKey(from), user?.id);
    const known = this.#sums.get(own);
    if (known !== undefined) return known;
    const place = isFull ? { from: 'several', via, user: null } : { from, via, user };
    const name = isFull ? key('several', undefined) : own;
    const sum = this.#sums.get(name) ?? { ...place, attempts: 0, firstAt: now, lastAt: now };
    this.#sums.set(name, sum);
    return sum;
  }
}
