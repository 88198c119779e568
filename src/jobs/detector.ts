import { unreadableSuppressionRules } from '../core/alarms/index.ts';
import type { Context } from '../core/context.ts';
import { detect, noteFailure, noteSuccess } from '../core/detection/index.ts';
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
  // What an earlier process recorded ends with the first success of this one.
  let isRecorded = true;
  const reported = new Set<string>();
  while (!stopping.aborted) {
    if (!options.mayWork()) {
      await pause(POLL_MS, stopping);
      continue;
    }
    try {
      const isMore = await look({ ...options, reported });
      if (isMore !== undefined && isRecorded) {
        await noteSuccess(options.context);
        isRecorded = false;
      }
      failures = 0;
      trouble.passed();
      if (isMore) continue;
    } catch (error) {
      failures += 1;
      trouble.failed(error);
      isRecorded = true;
      // Where the control store is gone too, its own absence says enough.
      await noteFailure(options.context, error).catch(() => undefined);
    }
    await pause(failures === 0 ? POLL_MS : Math.min(backoffMs(failures), LONGEST_PAUSE_MS), stopping);
  }
}

interface Looking extends DetectorOptions {
  /** Ids of suppression rules that the log has named. */
  readonly reported: Set<string>;
}

/** True where there is more to look at; undefined where another process detects. */
async function look(options: Looking): Promise<boolean | undefined> {
  const { context, log, leadership } = options;
  if (!(await leadership.isLeader())) return undefined;
  const { seen, horizon, created, setApart } = await detect(context);
  for (const { ruleId, reason } of setApart) {
    log.error(
      { ruleId, reason },
      'a rule failed and is set apart: detection goes on without it until it is enabled again',
    );
  }
  if (created > 0) {
    log.debug({ alarms: created, batch: seen }, 'alarms raised');
    await reportUnreadable(options);
  }
  return seen < horizon;
}

async function reportUnreadable({ context, log, reported }: Looking): Promise<void> {
  for (const { id, organizationId } of await unreadableSuppressionRules(context)) {
    if (reported.has(id)) continue;
    reported.add(id);
    log.error({ suppressionRuleId: id, organizationId }, 'a suppression rule cannot be read: it hides no alarms');
  }
}
