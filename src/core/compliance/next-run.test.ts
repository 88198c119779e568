import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../kit/durations.ts';
import { type ComplianceSchedule, WEEKDAYS } from '../../model/compliance.ts';
import { nextRunAt } from './next-run.ts';

/** Clocks that change by an hour, by half of one, at midnight, in the other half of the year, or never. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Beirut',
];

interface Clock {
  /** `2026-03-29` */
  readonly day: string;
  /** `02:30` */
  readonly time: string;
}

const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
  ]),
);

function clockOf(zone: string, ms: number): Clock {
  const [day = '', time = ''] = formats.get(zone)?.format(ms).split(' ') ?? [];
  return { day, time };
}

function isDay({ frequency, dayOfWeek, dayOfMonth }: ComplianceSchedule, day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  if (frequency === 'weekly') return WEEKDAYS[date.getUTCDay()] === dayOfWeek;
  if (frequency === 'daily') return true;
  const tomorrow = new Date(date.getTime() + DAY_MS);
  return dayOfMonth === -1 ? tomorrow.getUTCDate() === 1 : date.getUTCDate() === dayOfMonth;
}

/** Looks at the clock minute by minute: on each day of the schedule, the first at which it shows the time or a later one. */
function expected(schedule: ComplianceSchedule, from: number, to: number): number[] {
  const zone = schedule.timezone || 'UTC';
  const due: number[] = [];
  let done = '';
  for (let ms = from - 2 * DAY_MS; ms < to; ms += MINUTE_MS) {
    const { day, time } = clockOf(zone, ms);
    if (day === done || time < schedule.startTime || !isDay(schedule, day)) continue;
    done = day;
    if (ms > from) due.push(ms);
  }
  return due;
}

function actual(schedule: ComplianceSchedule, from: number, to: number): number[] {
  const due: number[] = [];
  for (let at = nextRunAt(schedule, new Date(from)); at.getTime() < to; at = nextRunAt(schedule, at)) {
    due.push(at.getTime());
  }
  return due;
}

const twoDigits = (most: number) => fc.nat(most).map((n) => String(n).padStart(2, '0'));
const startTime = fc.tuple(fc.oneof(twoDigits(3), twoDigits(23)), twoDigits(59)).map((parts) => parts.join(':'));
const timezone = fc.constantFrom(...ZONES);
const schedule: fc.Arbitrary<ComplianceSchedule> = fc.oneof(
  fc.record({ frequency: fc.constant('daily' as const), startTime, timezone }),
  fc.record({
    frequency: fc.constant('weekly' as const),
    startTime,
    timezone,
    dayOfWeek: fc.constantFrom(...WEEKDAYS),
  }),
  fc.record({
    frequency: fc.constant('monthly' as const),
    startTime,
    timezone,
    dayOfMonth: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 28 })),
  }),
);
const minuteOf = (from: string, to: string) =>
  fc
    .integer({ min: Date.parse(from) / MINUTE_MS, max: Date.parse(to) / MINUTE_MS })
    .map((minutes) => minutes * MINUTE_MS);

/** Days around which some clock of ZONES changes, in some year. */
const CHANGES = [
  '2018-11-04',
  '2019-02-17',
  '2025-03-09',
  '2025-03-30',
  '2025-04-06',
  '2025-10-05',
  '2025-10-26',
  '2025-11-02',
  '2026-02-15',
  '2026-03-22',
  '2026-03-29',
  '2028-03-12',
];

describe('the next time a schedule is due', () => {
  it('is on each of its days once, as soon as clocks there show the time, where they change too', () => {
    fc.assert(
      fc.property(
        schedule,
        fc.constantFrom(...CHANGES),
        fc.integer({ min: -3000, max: 1000 }),
        (given, day, minutes) => {
          const from = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS;
          expect(actual(given, from, from + 4 * DAY_MS)).toEqual(expected(given, from, from + 4 * DAY_MS));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is so in any year', () => {
    fc.assert(
      fc.property(schedule, minuteOf('2015-01-01T00:00:00Z', '2060-01-01T00:00:00Z'), (given, from) => {
        expect(actual(given, from, from + 3 * DAY_MS)).toEqual(expected(given, from, from + 3 * DAY_MS));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['2024-02-01T00:00:00Z', '2024-02-29T10:15:00.000Z'],
    ['2026-02-01T00:00:00Z', '2026-02-28T10:15:00.000Z'],
    ['2026-04-30T10:15:00Z', '2026-05-31T10:15:00.000Z'],
    ['2026-12-31T10:14:59Z', '2026-12-31T10:15:00.000Z'],
  ])('at the end of the month: after %s it is %s', (after, due) => {
    const monthly = { frequency: 'monthly', startTime: '10:15', dayOfMonth: -1 } as const;
    expect(nextRunAt(monthly, new Date(after)).toISOString()).toBe(due);
  });

  it('is in UTC where no time zone is named, and refuses one that there is not', () => {
    const daily = { frequency: 'daily', startTime: '06:00', timezone: '' } as const;
    expect(nextRunAt(daily, new Date('2026-01-01T06:00:00Z')).toISOString()).toBe('2026-01-02T06:00:00.000Z');
    expect(() => nextRunAt({ ...daily, timezone: 'Mars/Olympus' }, new Date())).toThrow(/Mars\/Olympus/);
  });
});
