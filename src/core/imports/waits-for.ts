import type { BatchInput } from '../../control/repos/batch-inputs.ts';

/** Somebody who has a batch's bytes within reach takes it over within seconds. */
const WAITING_AFTER_MS = 60_000;

/** Process on whose disk the bytes are, where nobody has loaded a batch for a while: it is gone, or cannot. Else null. */
export function waitsFor({ state, leaseUntil, owner }: BatchInput, nowMs: number): string | null {
  const isLeft = state === 'open' && leaseUntil !== null && Date.parse(leaseUntil) < nowMs - WAITING_AFTER_MS;
  return isLeft ? owner : null;
}
