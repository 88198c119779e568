import type { Db } from '../transaction.ts';

/** Batches that stand one after the other in the order of their numbers. */
export interface CommittedSlice {
  /** The batch before the first. */
  readonly after: number;
  readonly last: number;
  /** Whose they are. */
  readonly organizationIds: readonly number[];
}

/** More at once would keep the statements about them too long. */
const MOST_BATCHES = 1000;

/**
 * The next batches behind `after`, none above `horizon`, that together hold about so many stored records, at least one
 * batch. It ends at the horizon where nothing committed is left before it.
 */
export async function nextSlice(
  db: Db,
  { after, horizon, records }: { readonly after: number; readonly horizon: number; readonly records: number },
): Promise<CommittedSlice> {
  const batches = await db
    .selectFrom('batches')
    .select(['seq', 'organizationId', 'stored'])
    .where('seq', '>', after)
    .where('seq', '<=', horizon)
    .where('state', '=', 'committed')
    .orderBy('seq')
    .limit(MOST_BATCHES)
    .execute();
  const organizationIds = new Set<number>();
  let stored = 0;
  for (const [index, batch] of batches.entries()) {
    if (stored > 0 && stored + batch.stored > records)
      return { after, last: batch.seq - 1, organizationIds: [...organizationIds] };
    stored += batch.stored;
    if (batch.stored > 0) organizationIds.add(batch.organizationId);
    if (index === MOST_BATCHES - 1) return { after, last: batch.seq, organizationIds: [...organizationIds] };
  }
  return { after, last: horizon, organizationIds: [...organizationIds] };
}
