import { Cron } from 'croner';
import { enqueueTick } from '../control/repos/schedules.ts';
import type { Db } from '../control/transaction.ts';
import { attemptEach } from '../kit/attempt-each.ts';
import { createTrouble } from '../kit/trouble.ts';
import type { JobLog } from './job-kind.ts';
import type { Worker } from './worker.ts';

/** A job to be queued again and again. */
export interface Schedule {
  /** Unique, and kept across versions: what was missed is remembered under it. */
  readonly name: string;
  /** Cron pattern, five or six fields, in UTC. */
  readonly pattern: string;
  readonly kind: string;
  readonly payload?: unknown;
}

export interface SchedulerOptions {
  readonly db: Db;
  readonly schedules: readonly Schedule[];
  /** How often to look at the clock. */
  readonly pollMs: number;
  readonly log: JobLog;
  /** False while this process must take no work. */
  readonly mayWork?: () => boolean;
}

/**
 * Queues jobs when their pattern says so: once, however many processes run this, and once for all the ticks that passed
 * while none did. Throws at once for a pattern that is none.
 */
export function startSchedules(options: SchedulerOptions): Worker {
  const { db, schedules, pollMs, log, mayWork = () => true } = options;
  for (const schedule of schedules) cronOf(schedule);
  const trouble = createTrouble(log, 'could not queue scheduled jobs');
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const look = async () => {
    if (mayWork()) await enqueueDue(db, schedules, new Date()).then(trouble.passed, trouble.failed);
    if (!stopped) timer = setTimeout(again, pollMs);
  };
  const again = () => {
    looking = look();
  };

  again();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/**
 * Queues what is due at `now`; answers the names of the schedules whose jobs this call queued.
 *
 * @throws after all that can be queued is
 */
export async function enqueueDue(db: Db, schedules: readonly Schedule[], now: Date): Promise<string[]> {
  const queued: string[] = [];
  await attemptEach(schedules, async (schedule) => {
    const tick = lastTick(schedule, now);
    if (tick === undefined) return;
    const { name, kind, payload = null } = schedule;
    if (await enqueueTick(db, { name, tick, job: { kind, payload } })) queued.push(name);
  });
  return queued;
}

/** The latest instant at or before `now` that the pattern names. */
function lastTick(schedule: Schedule, now: Date): Date | undefined {
  // croner looks strictly before its reference.
  const [tick] = cronOf(schedule).previousRuns(1, new Date(now.getTime() + 1));
  return tick;
}

function cronOf({ name, pattern }: Schedule): Cron {
  try {
    return new Cron(pattern, { timezone: 'UTC', paused: true });
  } catch (cause) {
    throw new Error(`schedule ${name}: ${pattern} is not a cron pattern`, { cause });
  }
}
