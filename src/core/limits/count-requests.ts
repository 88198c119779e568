import { LRUCache } from 'lru-cache';
import type { Control } from '../../control/database.ts';
import {
  countRequest,
  forgetEndedCounts,
  prepareRequestCounts,
  type RequestCount,
} from '../../control/repos/request-counts.ts';

/** Counts a request of `key` in a window that begins with its first one. */
export type CountRequest = (key: string, windowMs: number) => Promise<RequestCount>;

/** Counts for all processes together where the control database is shared, else in this one's memory. */
export async function countRequests({ db, shared }: Control): Promise<CountRequest> {
  if (!shared) return countInMemory();
  await prepareRequestCounts(db);
  return (key, windowMs) => countRequest(db, key, windowMs);
}

/** Forgets windows that ended. */
export async function forgetEndedRequestCounts({ db, shared }: Control): Promise<void> {
  if (shared) await forgetEndedCounts(db);
}

/** Keys may be what strangers send: memory must not grow with them. The key that was counted longest ago is forgotten first. */
const KEYS_IN_MEMORY = 100_000;

function countInMemory(): CountRequest {
  const windows = new LRUCache<string, { used: number; readonly endsAt: number }>({ max: KEYS_IN_MEMORY });
  return async (key, windowMs) => {
    const now = performance.now();
    const name = `${windowMs} ${key}`;
    let window = windows.get(name);
    if (window === undefined || window.endsAt <= now) {
      window = { used: 0, endsAt: now + windowMs };
      windows.set(name, window);
    }
    window.used += 1;
    // The difference of a sum and one of its terms may be a hair more than the other term: "2 seconds" for 1.
    return { used: window.used, endsInMs: Math.min(windowMs, window.endsAt - now) };
  };
}
