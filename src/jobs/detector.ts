import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../core/context.ts';
import { detect } from '../core/detection/index.ts';
import { backoffMs } from './backoff.ts';
import type { JobLog } from './job-kind.ts';

/** How often to look whether there is something new. */
const POLL_MS = 500;

export interface Detector {
  /** Resolves when the look that is going on has ended. */
  stop(): Promise<void>;
}

/** Looks at new events as they become ready, until stopped. What fails is tried again, ever more slowly. */
export function startDetector(context: Context, log: JobLog): Detector {
  const stopping = new AbortController();
  const looping = loop(context, log, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}

async function loop(context: Context, log: JobLog, stopping: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stopping.aborted) {
    try {
      const { seen, horizon, created } = await detect(context);
      failures = 0;
      if (created > 0) log.debug({ alarms: created, batch: seen }, 'alarms raised');
      if (seen < horizon) continue;
    } catch (error) {
      failures += 1;
      log.error({ err: error, failures }, 'detection failed, will be tried again');
    }
    await pause(failures === 0 ? POLL_MS : backoffMs(failures), stopping);
  }
}

/** A wait that ends early when it is time to stop. */
function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}
