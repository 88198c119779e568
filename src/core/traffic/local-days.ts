import { DAY_MS } from '../../kit/durations.ts';
import { badInput } from '../../model/errors.ts';
import type { TimeRange } from '../../model/query.ts';

const MINUTE_MS = 60_000;

/**
 * Starts, in milliseconds, of the local days from the one that holds `fromMs` to the one that holds `toMs`. Days are 23 to
 * 25 hours long where clocks change, and begin later than midnight where the change skips it.
 *
 * @throws AppError `bad_request` for an unknown time zone
 */
export function localDayStarts(range: TimeRange, timezone: string): number[] {
  const dayOf = localDay(timezone);
  let start = firstInstant(dayOf, range.fromMs - 2 * DAY_MS, range.fromMs);
  const starts: number[] = [];
  while (start <= range.toMs) {
    starts.push(start);
    start = nextDay(dayOf, start);
  }
  return starts;
}

/** Number of the local calendar day that holds an instant. */
type DayOf = (ms: number) => number;

function nextDay(dayOf: DayOf, start: number): number {
  const guess = start + DAY_MS;
  const today = dayOf(start);
  // Nearly always: the clock did not change.
  if (dayOf(guess) !== today && dayOf(guess - MINUTE_MS) === today) return guess;
  return firstInstant(dayOf, start, dayOf(guess) === today ? guess + DAY_MS : guess);
}

/** The instant at which the day of `late` begins, to the minute: zones change their clocks on whole minutes. */
function firstInstant(dayOf: DayOf, early: number, late: number): number {
  const day = dayOf(late);
  let before = Math.floor(early / MINUTE_MS);
  let within = Math.floor(late / MINUTE_MS);
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayOf(middle * MINUTE_MS) === day) within = middle;
    else before = middle;
  }
  return within * MINUTE_MS;
}

function localDay(timezone: string): DayOf {
  const format = dateFormat(timezone);
  return (ms) => {
    const part = { year: 0, month: 0, day: 0 };
    for (const { type, value } of format.formatToParts(ms)) {
      if (type in part) part[type as keyof typeof part] = Number(value);
    }
    return (part.year * 12 + part.month) * 31 + part.day;
  };
}

function dateFormat(timezone: string): Intl.DateTimeFormat {
  try {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    return new Intl.DateTimeFormat('en-US', { ...parts, timeZone: timezone, calendar: 'iso8601' });
  } catch (cause) {
    if (cause instanceof RangeError) throw badInput('timezone', timezone, 'unknown time zone');
    throw cause;
  }
}
