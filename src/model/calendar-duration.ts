import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kit/durations.ts';
import type { Duration } from './compliance.ts';

const FIXED_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS, weeks: 7 * DAY_MS } as const;

/**
 * The instant that lies so many durations before another, in milliseconds. Months and years go by the calendar in UTC: a day
 * that a month does not have is its last.
 */
export function before(ms: number, { unit, value }: Duration, times = 1): number {
  const count = value * times;
  if (unit === 'months') return monthsBefore(ms, count);
  return unit === 'years' ? monthsBefore(ms, 12 * count) : ms - count * FIXED_MS[unit];
}

function monthsBefore(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

/**
 * Bounds, ascending, of the whole windows of a size that lie between a look-back and `ms`; the last window ends at `ms`. Where
 * not even one fits in, the look-back itself is the one window.
 */
export function windowBounds(
  ms: number,
  { lookBackPeriod, windowSize }: { readonly lookBackPeriod: Duration; readonly windowSize: Duration },
): number[] {
  const earliest = before(ms, lookBackPeriod);
  const bounds = [ms];
  for (let n = 1, bound = before(ms, windowSize); bound >= earliest && n <= MOST_WINDOWS; n += 1) {
    bounds.push(bound);
    bound = before(ms, windowSize, n + 1);
  }
  return bounds.length === 1 ? [earliest, ms] : bounds.reverse();
}

/** A year in windows of two hours, and some. */
export const MOST_WINDOWS = 4400;
