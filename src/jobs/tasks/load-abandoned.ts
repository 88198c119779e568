import type { Ingest } from '../../ingest/ingest.ts';
import { loadAbandoned } from '../../ingest/recover.ts';
import type { JobKind } from '../job-kind.ts';

/** Batches whose load was put off or whose loader is gone. */
export function loadAbandonedTask(ingest: Ingest): JobKind {
  return {
    maxAttempts: 1,
    leaseMs: 60_000,
    run: async () => {
      await loadAbandoned(ingest);
    },
  };
}
