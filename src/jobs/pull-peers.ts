import type { PeerPuller } from '../core/peers/index.ts';
import { pause } from '../kit/pause.ts';
import { createTrouble } from '../kit/trouble.ts';
import type { JobLog } from './job-kind.ts';
import type { Worker } from './worker.ts';

export interface PeerPullsOptions {
  readonly puller: PeerPuller;
  /** Peers that are read from at once. */
  readonly concurrency: number;
  /** How often to look whether a peer is due. */
  readonly pollMs: number;
  readonly log: JobLog;
  /** False while this process must take no work. */
  readonly mayWork: () => boolean;
}

/** Reads from peers when they are due, until stopped. However many processes run this, each peer is read by one at a time. */
export function startPeerPulls({ puller, concurrency, pollMs, log, mayWork }: PeerPullsOptions): Worker {
  const controller = new AbortController();
  const { signal } = controller;
  const trouble = createTrouble(log, 'could not look for peers that are due');
  const pullNext = async () => {
    try {
      const pulled = await puller.pullNext(signal);
      trouble.passed();
      return pulled;
    } catch (error) {
      trouble.failed(error);
      return false;
    }
  };
  const work = async () => {
    while (!signal.aborted) {
      const pulled = mayWork() && (await pullNext());
      if (!pulled) await pause(pollMs, signal);
    }
  };
  const working = Array.from({ length: concurrency }, work);
  return {
    async stop() {
      controller.abort(new Error('stopping'));
      await Promise.all(working);
    },
  };
}
