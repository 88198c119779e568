import { sql } from 'kysely';
import { horizon } from '../ledger.ts';
import type { BatchState, JobState } from '../tables.ts';
import type { Db } from '../transaction.ts';
import { watermarkOf } from './detection-state.ts';

/** Batches that are in the spool, by state; ages in seconds. */
export interface UnloadedBatches {
  readonly state: BatchState;
  readonly batches: number;
  /** Since the oldest of them was acknowledged. */
  readonly oldestSeconds: number;
}

/** Reads batches that are not loaded, and no others. */
export async function unloadedBatches(db: Db, nowMs: number): Promise<UnloadedBatches[]> {
  const rows = await db
    .selectFrom('batches')
    .select(['state', sql<number>`count(*)`.as('batches')])
    .select((select) => select.fn.min('openedAt').as('oldest'))
    .where('state', 'in', ['open', 'set_aside'])
    .groupBy('state')
    .execute();
  const found = new Map(rows.map((row) => [row.state, row]));
  return (['open', 'set_aside'] as const).map((state) => {
    const row = found.get(state);
    return { state, batches: Number(row?.batches ?? 0), oldestSeconds: secondsSince(row?.oldest, nowMs) };
  });
}

export interface LiveJobs {
  readonly kind: string;
  readonly state: JobState;
  readonly jobs: number;
  /** For queued ones: since the one that is due longest was due. 0 where none is due. */
  readonly overdueSeconds: number;
}

/** Jobs that are queued or run, by kind. */
export async function liveJobs(db: Db, nowMs: number): Promise<LiveJobs[]> {
  const rows = await db
    .selectFrom('jobs')
    .select(['kind', 'state', sql<number>`count(*)`.as('jobs')])
    .select((select) => select.fn.min('runAt').as('due'))
    .where('state', 'in', ['queued', 'running'])
    .groupBy(['kind', 'state'])
    .execute();
  return rows.map(({ kind, state, jobs, due }) => ({
    kind,
    state,
    jobs: Number(jobs),
    overdueSeconds: state === 'queued' ? secondsSince(due, nowMs) : 0,
  }));
}

export interface DetectionDelay {
  /** Loaded, and no rule has looked at them yet. */
  readonly batches: number;
  /** Since the first of them was loaded. */
  readonly seconds: number;
}

/** How far a detection is behind what is ready for it. */
export async function detectionDelay(db: Db, detection: string, nowMs: number): Promise<DetectionDelay> {
  const ready = await horizon(db);
  const watermark = await watermarkOf(db, detection);
  if (ready <= watermark) return { batches: 0, seconds: 0 };
  const first = await db
    .selectFrom('batches')
    .select('committedAt')
    .where('seq', '>', watermark)
    .where('seq', '<=', ready)
    .where('state', '=', 'committed')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return { batches: ready - watermark, seconds: secondsSince(first?.committedAt, nowMs) };
}

function secondsSince(instant: string | null | undefined, nowMs: number): number {
  return instant ? Math.max(0, (nowMs - Date.parse(instant)) / 1000) : 0;
}
