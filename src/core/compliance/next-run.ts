import { Cron } from 'croner';
import { type ComplianceSchedule, WEEKDAYS } from '../../model/compliance.ts';
import { badInput } from '../../model/errors.ts';

/**
 * The first instant after `after` at which a schedule is due. On each of its days it is due once, when clocks there show its
 * start time: for the first time where they show it twice, and where they skip it, as soon as they have.
 *
 * Fails with `bad_request` for an unknown time zone.
 */
export function nextRunAt(schedule: ComplianceSchedule, after: Date): Date {
  const next = cronOf(schedule).nextRun(after);
  if (next === null) throw new Error(`a schedule is never due: ${JSON.stringify(schedule)}`);
  return next;
}

function cronOf(schedule: ComplianceSchedule): Cron {
  const { startTime, timezone } = schedule;
  const [hour = 0, minute = 0] = startTime.split(':').map(Number);
  const name = timezone || 'UTC';
  requireTimezone(name);
  return new Cron(`${minute} ${hour} ${daysOf(schedule)}`, { timezone: name, paused: true });
}

/** Days of the month, months and days of the week as cron has them. */
function daysOf({ frequency, dayOfMonth, dayOfWeek }: ComplianceSchedule): string {
  if (frequency === 'daily') return '* * *';
  if (frequency === 'weekly') return `* * ${WEEKDAYS.indexOf(dayOfWeek ?? 'sunday')}`;
  return `${dayOfMonth === -1 ? 'L' : dayOfMonth} * *`;
}

function requireTimezone(name: string): void {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw badInput('schedule.timezone', name, `invalid value for schedule.timezone: there is no time zone ${name}`);
  }
}
