import type { Ingest } from '../ingest/ingest.ts';
import { loadAbandoned, sweepLeftovers } from '../ingest/recover.ts';
import { HOUR_MS } from '../kit/durations.ts';
import { pause } from '../kit/pause.ts';
import { createTrouble } from '../kit/trouble.ts';
import type { Worker } from './worker.ts';

/** How often to look for batches that nobody loads. */
const LOOK_MS = 5_000;

/**
 * Loads batches whose load was put off or whose loader is gone, as far as their bytes are within this process's reach, and removes
 * from the spool what no batch needs: bytes that came too late, or whose process ended before it had acknowledged them.
 *
 * @param sweepMs how often to remove; an hour where absent, which is also how old a file must be
 */
export function startLoader(ingest: Ingest, mayWork: () => boolean, sweepMs = HOUR_MS): Worker {
  const stopping = new AbortController();
  const trouble = createTrouble(ingest.log, 'could not load what waits in the spool');
  const sweepTrouble = createTrouble(ingest.log, 'could not remove what is left over in the spool');
  let sweepAt = performance.now() + sweepMs;
  const sweep = async () => {
    if (performance.now() < sweepAt) return;
    sweepAt = performance.now() + sweepMs;
    await sweepLeftovers(ingest).then(sweepTrouble.passed, sweepTrouble.failed);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      if (mayWork()) await loadAbandoned(ingest, stopping.signal).then(trouble.passed, trouble.failed);
      if (mayWork()) await sweep();
      await pause(LOOK_MS, stopping.signal);
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}
