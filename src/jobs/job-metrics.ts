import { Histogram } from 'prom-client';
import type { JobOutcome } from '../control/repos/jobs.ts';

const duration = new Histogram({
  name: 'belfry_job_run_duration_seconds',
  help: 'Runs of jobs by this process, by kind and by how they ended: succeeded, retried later, or failed for good',
  labelNames: ['kind', 'outcome'],
  buckets: [0.01, 0.1, 1, 10, 60, 600, 3600],
});

const OUTCOMES = ['succeeded', 'retried', 'failed'];
const seen = new Set<string>();

/** To be called when a run begins; what it returns, when it has ended. */
export function timeRun(kind: string): (outcome: JobOutcome) => void {
  // Alerts look at growth: a series must be there before the first failure it counts.
  if (!seen.has(kind)) for (const outcome of OUTCOMES) duration.zero({ kind, outcome });
  seen.add(kind);
  const end = duration.startTimer({ kind });
  return ({ state }) => end({ outcome: state === 'queued' ? 'retried' : state });
}
