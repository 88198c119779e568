import type { Context } from '../core/context.ts';
import { detect } from '../core/detection/index.ts';
import { pause } from '../kit/pause.ts';
import { createTrouble } from '../kit/trouble.ts';
import { backoffMs } from './backoff.ts';
import type { JobLog } from './job-kind.ts';
import type { Leadership } from './leadership.ts';
import type { Worker } from './worker.ts';

/** How often to look whether there is something new. */
const POLL_MS = 500;

/** How late at most it begins again once a store is back. */
const LONGEST_PAUSE_MS = 15_000;

export interface DetectorOptions {
  readonly context: Context;
  readonly log: JobLog;
  /** Whether this process is the one that detects. */
  readonly leadership: Leadership;
  /** False while this process must take no work. */
  readonly mayWork: () => boolean;
}

/** Looks at new events as they become ready, until stopped. What fails is tried again, ever more slowly. */
export function startDetector(options: DetectorOptions): Worker {
  const stopping = new AbortController();
  const looping = loop(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await looping;
      await options.leadership.resign().catch((error: unknown) => {
        options.log.warn({ err: error }, 'could not resign as the one that detects; others take over within seconds');
      });
    },
  };
}

async function loop(options: DetectorOptions, stopping: AbortSignal): Promise<void> {
  const trouble = createTrouble(options.log, 'detection failed, will be tried again');
  let failures = 0;
  while (!stopping.aborted) {
    if (!options.mayWork()) {
      await pause(POLL_MS, stopping);
      continue;
    }
    try {
      const isMore = await look(options);
      failures = 0;
      trouble.passed();
      if (isMore) continue;
    } catch (error) {
      failures += 1;
      trouble.failed(error);
    }
    await pause(failures === 0 ? POLL_MS : Math.min(backoffMs(failures), LONGEST_PAUSE_MS), stopping);
  }
}

/** True where there is more to look at. */
async function look({ context, log, leadership }: DetectorOptions): Promise<boolean> {
  if (!(await leadership.isLeader())) return false;
  const { seen, horizon, created } = await detect(context);
  if (created > 0) log.debug({ alarms: created, batch: seen }, 'alarms raised');
  return seen < horizon;
}
