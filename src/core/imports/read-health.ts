import { type BatchHealth, batchHealth } from '../../control/repos/batch-health.ts';
import { type BatchInput, batchInputs } from '../../control/repos/batch-inputs.ts';
import { newestEventTime } from '../../events/queries/newest-event.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { type DetectionState, detectionState } from '../detection/index.ts';
import { requirePermission } from '../permission.ts';
import { waitsFor } from './waits-for.ts';

/** How ingest of an organization is doing. */
export interface IngestHealth {
  /** Batches by state, and their records. */
  readonly batches: Omit<BatchHealth, 'organizationId'>;
  /** ISO 8601 instant of the newest event; null while there is none. */
  readonly newestEventAt: string | null;
  /** Batches that are not in the event store: those that wait, and those that were set aside with the reason; at most 100. */
  readonly unfinished: readonly UnfinishedBatch[];
  /** Of the whole installation: alarms of this organization wait for it as all others do. */
  readonly detection: DetectionState;
}

export interface UnfinishedBatch extends BatchInput {
  /** Process on whose disk the bytes are, where nobody has loaded the batch for a while: it is gone, or cannot. */
  readonly waitsFor: string | null;
}

const NOTHING: Omit<BatchHealth, 'organizationId'> = {
  open: 0,
  committed: 0,
  setAside: 0,
  received: 0,
  stored: 0,
  rejected: 0,
  ignored: 0,
  lastCommittedAt: null,
};

export async function readHealth(context: Context, scope: Scope): Promise<IngestHealth> {
  requirePermission(scope, 'activity:read');
  const { db } = context.control;
  const organizationId = scope.organization.id;
  const health = await batchHealth(db, organizationId);
  const newest = await newestEventTime(context.events, organizationId);
  const unfinished = await batchInputs(db, organizationId, { states: ['open', 'set_aside'], limit: 100 });
  return {
    batches: health ?? NOTHING,
    newestEventAt: newest === undefined ? null : new Date(newest).toISOString(),
    unfinished: unfinished.map((batch) => ({ ...batch, waitsFor: waitsFor(batch, context.now()) })),
    detection: await detectionState(context),
  };
}
