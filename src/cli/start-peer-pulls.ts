import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import type { Context } from '../core/context.ts';
import { createPeerPuller } from '../core/peers/index.ts';
import { startPeerPulls as start } from '../jobs/pull-peers.ts';

export interface PeerPullsNeeds {
  readonly context: Context;
  readonly config: Pick<Config, 'peerIntervalSeconds' | 'peerRequestsPerSecond'>;
  readonly tokenKey: Uint8Array;
  readonly logger: Logger;
}

/** Reads alarms of servers that were joined, beside requests. */
export function startPeerPulls({ context, config, tokenKey, logger }: PeerPullsNeeds): { stop(): Promise<void> } {
  const puller = createPeerPuller(context, {
    intervalMs: config.peerIntervalSeconds * 1000,
    requestsPerSecond: config.peerRequestsPerSecond,
    tokenKey,
    log: logger,
  });
  return start({ puller, concurrency: 4, pollMs: 1000, log: logger });
}
