import type { Db } from '../transaction.ts';

export interface LeaseClaim {
  /** What only one process does at a time. */
  readonly name: string;
  readonly owner: string;
  readonly now: Date;
  readonly leaseMs: number;
}

/** Takes a lease that is free or ended, or holds the owner's own for longer. False while somebody else has it. */
export async function takeLease(db: Db, { name, owner, now, leaseMs }: LeaseClaim): Promise<boolean> {
  const leaseUntil = new Date(now.getTime() + leaseMs).toISOString();
  const taken = await db
    .insertInto('leases')
    .values({ name, owner, leaseUntil })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ owner, leaseUntil })
        .where((where) =>
          where.or([where('leases.owner', '=', owner), where('leases.leaseUntil', '<', now.toISOString())]),
        ),
    )
    .returning('owner')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Lets go of a lease before it ends. Does nothing where it is somebody else's. */
export async function endLease(db: Db, { name, owner }: Pick<LeaseClaim, 'name' | 'owner'>): Promise<void> {
  await db.deleteFrom('leases').where('name', '=', name).where('owner', '=', owner).execute();
}
