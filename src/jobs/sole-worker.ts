import { endLease, takeLease } from '../control/repos/leases.ts';
import type { Db } from '../control/transaction.ts';

export interface Sole {
  /** What only one process does at a time. */
  readonly name: string;
  /** This process. */
  readonly owner: string;
}

/** Whether this process is the one that does something, among those that could. */
export interface SoleWorker {
  /** Takes the place where it is free, and holds it. */
  isChosen(): Promise<boolean>;
  /** Gives the place up. */
  end(): Promise<void>;
}

/** Long enough for a pause of the process, short enough for others to go on soon when it is gone. */
const LEASE_MS = 15_000;

export function soleWorker(db: Db, { name, owner }: Sole): SoleWorker {
  let askAgainAt = 0;
  return {
    async isChosen() {
      if (performance.now() < askAgainAt) return true;
      const chosen = await takeLease(db, { name, owner, now: new Date(), leaseMs: LEASE_MS });
      askAgainAt = chosen ? performance.now() + LEASE_MS / 3 : 0;
      return chosen;
    },
    end: () => endLease(db, { name, owner }),
  };
}
