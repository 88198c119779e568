import { DAY_MS } from '../kit/durations.ts';
import { badInput } from './errors.ts';
import type { TimeRange } from './query.ts';

/** A day of the calendar in UTC, `YYYY-MM-DD`: text order is time order. */
export type CalendarDay = string;

/** Days from the first to the last, both included. */
export interface DaySpan {
  readonly startDate: CalendarDay;
  readonly endDate: CalendarDay;
}

export function dayOf(ms: number): CalendarDay {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @throws AppError `bad_request` that names what held the text, also for days no calendar has */
export function readDay(where: string, text: string): CalendarDay {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = isDay ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || dayOf(ms) !== text) {
    throw badInput(where, text, `invalid value for ${where}: must be a date YYYY-MM-DD`);
  }
  return text;
}

/** The day so many days later, or earlier where the number is negative. */
export function addDays(day: CalendarDay, days: number): CalendarDay {
  return dayOf(startOf(day) + days * DAY_MS);
}

export function daysIn({ startDate, endDate }: DaySpan): number {
  return (startOf(endDate) - startOf(startDate)) / DAY_MS + 1;
}

/** From the first millisecond of the first day to the last of the last. */
export function rangeOfDays({ startDate, endDate }: DaySpan): TimeRange {
  return { fromMs: startOf(startDate), toMs: startOf(endDate) + DAY_MS - 1 };
}

function startOf(day: CalendarDay): number {
  return Date.parse(`${day}T00:00:00Z`);
}
