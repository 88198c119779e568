import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerPuller } from '../core/peers/index.ts';
import type { JobLog } from './job-kind.ts';
import type { Worker } from './worker.ts';

export interface PeerPullsOptions {
  readonly puller: PeerPuller;
  /** Peers that are read from at once. */
  readonly concurrency: number;
  /** How often to look whether a peer is due. */
  readonly pollMs: number;
  readonly log: JobLog;
}

/** Reads from peers when they are due, until stopped. However many processes run this, each peer is read by one at a time. */
export function startPeerPulls({ puller, concurrency, pollMs, log }: PeerPullsOptions): Worker {
  const controller = new AbortController();
  const { signal } = controller;
  const work = async () => {
    while (!signal.aborted) {
      const pulled = await puller.pullNext(signal).catch((error: unknown) => {
        log.error({ err: error }, 'could not look for peers that are due');
        return false;
      });
      if (!pulled) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
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
