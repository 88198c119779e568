import { setTimeout as sleep } from 'node:timers/promises';

/** A wait that ends early, and not as a failure, when it is time to stop. */
export function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}
