import { endLease, takeLease } from '../control/repos/leases.ts';
import type { Db } from '../control/transaction.ts';

export interface Candidate {
  /** What only one process does at a time. */
  readonly name: string;
  /** This process. */
  readonly owner: string;
}

/** Whether this process is the one that does something, among those that could. */
export interface Leadership {
  /** Takes the lead where nobody has it, and keeps it. */
  isLeader(): Promise<boolean>;
  /** Leaves the lead to others. */
  resign(): Promise<void>;
}

/** Long enough for a pause of the process, short enough for others to go on soon when it is gone. */
const LEASE_MS = 15_000;

/**
 * Leads by a lease. Who pauses at the wrong moment may believe for a while that he still does: what a leader writes down must be
 * refused where another has written since.
 */
export function leadership(db: Db, { name, owner }: Candidate): Leadership {
  let isLeaderUntil = 0;
  return {
    async isLeader() {
      const askedAt = performance.now();
      if (askedAt < isLeaderUntil) return true;
      const isLeader = await takeLease(db, { name, owner, now: new Date(), leaseMs: LEASE_MS });
      isLeaderUntil = isLeader ? askedAt + LEASE_MS / 3 : 0;
      return isLeader;
    },
    async resign() {
      isLeaderUntil = 0;
      await endLease(db, { name, owner });
    },
  };
}
