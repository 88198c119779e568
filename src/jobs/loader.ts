import { setTimeout as sleep } from 'node:timers/promises';
import type { Ingest } from '../ingest/ingest.ts';
import { loadAbandoned } from '../ingest/recover.ts';
import { createTrouble } from '../kit/trouble.ts';
import type { Worker } from './worker.ts';

/** How often to look for batches that nobody loads. */
const LOOK_MS = 5_000;

/** Loads batches whose load was put off or whose loader is gone, as far as their bytes are within this process's reach. */
export function startLoader(ingest: Ingest, mayWork: () => boolean): Worker {
  const stopping = new AbortController();
  const trouble = createTrouble(ingest.log, 'could not load what waits in the spool');
  const loop = async () => {
    while (!stopping.signal.aborted) {
      if (mayWork()) await loadAbandoned(ingest, stopping.signal).then(trouble.passed, trouble.failed);
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
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
