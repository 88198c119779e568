import { sql } from 'kysely';
import type { BatchCounts } from '../ledger.ts';
import type { BatchState } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** The state of ingest in one organization. Records of open batches, and of those set aside, count as received only. */
export interface BatchHealth extends BatchCounts {
  readonly organizationId: number;
  readonly open: number;
  readonly committed: number;
  readonly setAside: number;
  readonly lastCommittedAt: string | null;
}

/** Undefined for an organization that never had a batch. */
export async function batchHealth(db: Db, organizationId: number): Promise<BatchHealth | undefined> {
  const countOf = (state: BatchState) => sql<number>`sum(case when state = ${state} then 1 else 0 end)`;
  const row = await db
    .selectFrom('batches')
    .where('organizationId', '=', organizationId)
    .groupBy('organizationId')
    .select('organizationId')
    .select([countOf('open').as('open'), countOf('committed').as('committed'), countOf('set_aside').as('setAside')])
    .select((select) => [
      select.fn.sum<number>('received').as('received'),
      select.fn.sum<number>('stored').as('stored'),
      select.fn.sum<number>('rejected').as('rejected'),
      select.fn.sum<number>('ignored').as('ignored'),
      select.fn.max('committedAt').as('lastCommittedAt'),
    ])
    .executeTakeFirst();
  return (
    row && {
      ...row,
      open: Number(row.open),
      committed: Number(row.committed),
      setAside: Number(row.setAside),
      received: Number(row.received),
      stored: Number(row.stored),
      rejected: Number(row.rejected),
      ignored: Number(row.ignored),
    }
  );
}
