import type { BatchState } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** A batch with the input its records came from. */
export interface BatchInput {
  readonly seq: number;
  readonly state: BatchState;
  readonly format: string;
  readonly received: number;
  readonly attempts: number;
  /** Why it was set aside. */
  readonly reason: string | null;
  readonly openedAt: string;
  readonly importId: string | null;
  /** As the sender named it; null for a batch that came in no import. */
  readonly path: string | null;
  /** Process that has the batch, or had it last; null once the batch is closed. */
  readonly owner: string | null;
  /** Nobody loads an open batch beyond this instant, unless it is set anew. */
  readonly leaseUntil: string | null;
}

/** Batches of one organization: those of the numbers given, or those in one of the states given. By number. */
export function batchInputs(
  db: Db,
  organizationId: number,
  which: { readonly seqs: readonly number[] } | { readonly states: readonly BatchState[]; readonly limit: number },
): Promise<BatchInput[]> {
  const all = allInputs(db).where('batches.organizationId', '=', organizationId);
  if ('seqs' in which) return all.where('seq', 'in', [...new Set(which.seqs)]).execute();
  return all.where('batches.state', 'in', which.states).limit(which.limit).execute();
}

/** A batch of whichever organization. */
export interface PlacedBatch extends BatchInput {
  readonly organizationId: number;
  /** Slug. */
  readonly organization: string;
}

/** Batches of all organizations: the one of the number given, or those that are not in the event store. By number. */
export function placedBatches(
  db: Db,
  which: { readonly seq: number } | { readonly limit: number },
): Promise<PlacedBatch[]> {
  const all = allInputs(db)
    .innerJoin('organizations', 'organizations.id', 'batches.organizationId')
    .select(['batches.organizationId', 'organizations.slug as organization']);
  if ('seq' in which) return all.where('seq', '=', which.seq).execute();
  return all.where('batches.state', 'in', ['open', 'set_aside']).limit(which.limit).execute();
}

function allInputs(db: Db) {
  return db
    .selectFrom('batches')
    .leftJoin('imports', 'imports.id', 'batches.importId')
    .select(['seq', 'batches.state', 'batches.format', 'received', 'attempts', 'batches.reason', 'openedAt'])
    .select(['batches.importId', 'imports.path', 'batches.owner', 'leaseUntil'])
    .orderBy('seq');
}
