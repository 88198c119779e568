const FIRST_MS = 1_000;
const LONGEST_MS = 600_000;

/**
 * How long to wait before the next run after `attempt` failed: one second doubled each time, ten minutes at most, less up
 * to half of it by chance, so that what failed together does not return together.
 */
export function backoffMs(attempt: number, random = Math.random()): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(full * (1 - random / 2));
}
