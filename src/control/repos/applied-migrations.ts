import type { Db } from '../transaction.ts';

/** Migrations that this database has, in order; `appliedAt` is an ISO 8601 instant. */
export function appliedToControl(db: Db): Promise<{ name: string; appliedAt: string }[]> {
  return db.selectFrom('migrations').select(['name', 'appliedAt']).orderBy('name').execute();
}
