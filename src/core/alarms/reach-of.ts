import { descendantIds } from '../../control/repos/organizations.ts';
import type { Db } from '../../control/transaction.ts';

/** Numbers of an organization and of all below it. */
export async function reachOf(db: Db, organizationId: number): Promise<number[]> {
  return [organizationId, ...(await descendantIds(db, organizationId))];
}
