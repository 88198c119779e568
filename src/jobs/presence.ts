import type { ControlContext } from '../core/context.ts';
import { leaveInstallation, noteAlive, type Self } from '../core/processes/index.ts';
import { pause } from '../kit/pause.ts';
import { createTrouble } from '../kit/trouble.ts';
import type { JobLog } from './job-kind.ts';

/** How often a process says that it is there. */
const BEAT_MS = 5_000;

/** Leases compare the clocks of those who share them: beyond this, two may take the same work. */
const MAX_DRIFT_MS = 5_000;

export interface Presence {
  /** Why this process takes no work at the moment; undefined while all is well. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

export interface PresenceOptions {
  readonly self: Self;
  readonly log: JobLog;
  /**
   * Restores what others may have cleared away while they took this process for gone. False, or an error, where it cannot at
   * the moment: it is tried again, and no work is taken until then.
   */
  readonly comeBack: () => Promise<boolean>;
  /** 5 seconds where absent. */
  readonly beatMs?: number;
}

/** Says now and then that this process is there, takes those that are gone off the books, and compares clocks. */
export function startPresence(context: ControlContext, options: PresenceOptions): Presence {
  const { self, log, comeBack, beatMs = BEAT_MS } = options;
  const stopping = new AbortController();
  const trouble = createTrouble(log, 'could not say that this process is there');
  const comingBack = createComeBack(comeBack, log);
  let driftMs = 0;
  let heardAt = performance.now();
  const beat = async () => {
    driftMs = await context.control.clockDriftMs();
    // By the database's clock: ours may have been set wrong, and then all others would seem gone.
    const { gone, wasForgotten } = await noteAlive({ ...context, now: () => context.now() - driftMs }, self);
    heardAt = performance.now();
    comingBack.beat(wasForgotten);
    if (gone.length > 0) log.warn({ processes: gone }, 'processes are gone; what they held is free to take');
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await pause(beatMs, stopping.signal);
      if (!stopping.signal.aborted) await beat().then(trouble.passed, trouble.failed);
    }
  };
  const looping = loop();
  return {
    fault: () => driftFault(driftMs) ?? silenceFault(performance.now() - heardAt) ?? comingBack.fault(),
    async stop() {
      stopping.abort();
      await looping;
      await comingBack.ended();
      await leaveInstallation(context, self).catch((error: unknown) =>
        log.warn({ err: error }, 'could not leave the books; others will notice'),
      );
    },
  };
}

/** Beside the beats, which must not wait for it. */
function createComeBack(comeBack: () => Promise<boolean>, log: JobLog) {
  const trouble = createTrouble(log, 'could not come back after others had taken this process for gone');
  let isNeeded = false;
  let attempt: Promise<void> | undefined;
  const tryOnce = async () => {
    // It may be forgotten once more meanwhile.
    isNeeded = false;
    const isDone = await comeBack().then((done) => {
      trouble.passed();
      return done;
    }, trouble.failed);
    if (!isDone) isNeeded = true;
    attempt = undefined;
  };
  return {
    beat(wasForgotten: boolean): void {
      if (wasForgotten) log.warn({}, 'others had taken this process for gone; it comes back');
      isNeeded ||= wasForgotten;
      if (isNeeded) attempt ??= tryOnce();
    },
    fault: () => (isNeeded || attempt ? 'others had taken this process for gone, and it is coming back' : undefined),
    ended: async () => attempt,
  };
}

/** Before others take us for gone, and what we hold for free. */
const SILENT_MS = 20_000;

/** What is wrong where others cannot know that we are there; undefined where nothing is. */
export function silenceFault(silentMs: number): string | undefined {
  if (silentMs <= SILENT_MS) return undefined;
  return `this process could not write to the control database for ${Math.round(silentMs / 1000)} seconds`;
}

/** What is wrong with clocks so far apart; undefined where nothing is. */
export function driftFault(driftMs: number): string | undefined {
  if (Math.abs(driftMs) <= MAX_DRIFT_MS) return undefined;
  const seconds = Math.round(Math.abs(driftMs) / 1000);
  const direction = driftMs > 0 ? 'ahead of' : 'behind';
  return `this machine's clock is ${seconds} seconds ${direction} the database's: set both by the same time server`;
}
