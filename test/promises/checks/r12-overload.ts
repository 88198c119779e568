import { join } from 'node:path';
import { belfryOn } from '../../belfry-process.ts';
import { post } from '../../served-imports.ts';
import { LINES_AN_INPUT, notStoredOnce, Overload } from '../overload.ts';
import type { PublicPromise } from '../promise.ts';

/** They wait for an answer before they send again; with so many the server is never idle. */
const BUSY_SENDERS = 4;
const TIMES = 3;
const FOR_MS = 600_000;
const MEMORY_BYTES = 1.5e9;
const RECOVERY_MS = 10_000;
/** An input takes about the usual time when it takes no longer than so many times it. */
const USUAL = 3;

export const overloadIsRefused: PublicPromise = {
  id: 'R12',
  claim: 'Overload slows or refuses senders and loses nothing',
  figure:
    '10 minutes at 3 times the capacity: nothing acknowledged is lost, memory below 1.5 GB, normal again within 10 s',
  noShare: 'it needs the machine to itself',
  async check(run) {
    const belfry = belfryOn(join(run.directory, 'data'), { BELFRY_LOG_LEVEL: 'fatal' });
    const server = await belfry.serve();
    const load = new Overload(server);
    try {
      await post(server, '/organizations', { slug: 'acme', name: 'Acme' });
      const capacity = await load.findCapacity(BUSY_SENDERS, 20_000);
      const usualMs = USUAL * Math.max(await load.timeOne(), await load.timeOne());
      run.log(`capacity: ${capacity.toFixed(1)} inputs of ${LINES_AN_INPUT} lines a second`);
      await load.sendAtRate(TIMES * capacity, FOR_MS);
      const recoveryMs = await load.timeUntil(usualMs);
      await server.stop();
      const wrong = await notStoredOnce(belfry, load.acknowledged);
      const isBounded = recoveryMs <= RECOVERY_MS && load.peakBytes < MEMORY_BYTES;
      const statuses = [...load.statuses].map(([status, count]) => `${count} of ${status}`).join(', ');
      return {
        kept: wrong === 0 && load.acknowledged.length > 0 && load.refusedBlindly === 0 && isBounded,
        measured: `${FOR_MS / 60_000} minutes at ${TIMES} times ${Math.round(capacity * LINES_AN_INPUT).toLocaleString('en')} lines/s: ${wrong} of ${load.acknowledged.length} acknowledged inputs not stored once; answers ${statuses}, ${load.refusedBlindly} refusals without Retry-After, ${load.heldBack} inputs held back by their senders as nothing was answered yet; at most ${Math.round(load.peakBytes / 1e6)} MB, normal after ${(recoveryMs / 1000).toFixed(1)} s`,
      };
    } finally {
      await server.stop();
    }
  },
};
