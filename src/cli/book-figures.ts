import { type LiveJobs, liveJobs, unloadedBatches } from '../control/repos/operation-figures.ts';
import { listProcesses } from '../control/repos/processes.ts';
import type { Context } from '../core/context.ts';
import { type DetectionState, detectionState } from '../core/detection/index.ts';
import type { Figure } from '../http/operations.ts';

/**
 * What the books of the control plane say, by indexes over what is not finished: it takes no longer on an old installation.
 * Processes that share a control database all tell the same.
 */
export async function bookFigures(context: Context): Promise<Figure[]> {
  const { db } = context.control;
  const nowMs = context.now();
  return [
    ...batchFigures(await unloadedBatches(db, nowMs)),
    ...detectionFigures(await detectionState(context), nowMs),
    ...(await liveJobs(db, nowMs)).flatMap(jobFigures),
    ...processFigures(await listProcesses(db)),
  ];
}

function batchFigures(unloaded: Awaited<ReturnType<typeof unloadedBatches>>): Figure[] {
  return unloaded.flatMap(({ state, batches, oldestSeconds }) => [
    {
      name: 'belfry_batches',
      help: 'Batches that were acknowledged and are not in the event store: open ones, and those set aside for good',
      labels: { state },
      value: batches,
    },
    {
      name: 'belfry_batches_oldest_age_seconds',
      help: 'Time since the oldest of these batches was acknowledged; 0 where there is none',
      labels: { state },
      value: oldestSeconds,
    },
  ]);
}

function detectionFigures(state: DetectionState, nowMs: number): Figure[] {
  const { batchesBehind, secondsBehind, failing, rulesSetApart } = state;
  return [
    {
      name: 'belfry_detection_lag_batches',
      help: 'Batches that are loaded and that no rule has looked at yet',
      value: batchesBehind,
    },
    {
      name: 'belfry_detection_lag_seconds',
      help: 'Time since the first of these batches was loaded; 0 where there is none',
      value: secondsBehind,
    },
    {
      name: 'belfry_detection_failing_seconds',
      help: 'Time since detection began to fail at every attempt; 0 while it succeeds',
      value: failing === null ? 0 : Math.max(0, (nowMs - Date.parse(failing.since)) / 1000),
    },
    {
      name: 'belfry_rules_set_apart',
      help: 'Enabled rules that detection leaves out because they fail by themselves',
      value: rulesSetApart,
    },
  ];
}

function jobFigures({ kind, state, jobs, overdueSeconds }: LiveJobs): Figure[] {
  const count = { name: 'belfry_jobs', help: 'Jobs that wait or run', labels: { kind, state }, value: jobs };
  if (state !== 'queued') return [count];
  const overdue = {
    name: 'belfry_jobs_overdue_seconds',
    help: 'Time since the job of this kind that waits longest could have begun; 0 where none is due',
    labels: { kind },
    value: overdueSeconds,
  };
  return [count, overdue];
}

function processFigures(processes: readonly { readonly roles: string }[]): Figure[] {
  const counts = new Map<string, number>();
  for (const { roles } of processes) counts.set(roles, (counts.get(roles) ?? 0) + 1);
  return [...counts].map(([roles, value]) => ({
    name: 'belfry_processes',
    help: 'Processes that share this control database and said lately that they are there, by what they do',
    labels: { roles },
    value,
  }));
}
