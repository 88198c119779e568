import { DAY_MS, HOUR_MS } from '../../kit/durations.ts';
import type { Random } from '../../kit/random.ts';

/** From start (inclusive) to end (exclusive), epoch milliseconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** How busy each hour of the day is (UTC, 24 weights), by kind of day. */
export interface Profile {
  readonly weekday: readonly number[];
  readonly saturday: readonly number[];
  readonly sunday: readonly number[];
}

const scaled = (weights: readonly number[], factor: number) => weights.map((weight) => weight * factor);

const NIGHT = [0.05, 0.04, 0.04, 0.04, 0.05, 0.08];
const OFFICE_DAY = [
  ...NIGHT,
  0.2,
  0.6,
  1,
  1.1,
  1.15,
  1.05,
  0.75,
  0.95,
  1.1,
  1.05,
  0.9,
  0.6,
  0.3,
  0.2,
  0.15,
  0.1,
  0.08,
  0.06,
];
const IDLE_DAY = [...NIGHT, ...new Array<number>(12).fill(0.12), 0.12, 0.1, 0.1, 0.08, 0.06, 0.05];
const SCHOOL_DAY = [
  ...NIGHT,
  0.1,
  0.5,
  1.2,
  1.3,
  1.1,
  1.3,
  0.8,
  1.2,
  1.1,
  0.6,
  0.25,
  0.15,
  0.1,
  0.1,
  0.08,
  0.06,
  0.05,
  0.05,
];
const TWO_SHIFTS = [
  ...NIGHT.slice(0, 5),
  0.6,
  1,
  1,
  1,
  0.7,
  1,
  1,
  0.8,
  1.1,
  1,
  1,
  1,
  0.6,
  0.8,
  0.8,
  0.7,
  0.4,
  0.1,
  0.06,
];

export const OFFICE: Profile = { weekday: OFFICE_DAY, saturday: scaled(OFFICE_DAY, 0.3), sunday: IDLE_DAY };
export const SCHOOL: Profile = { weekday: SCHOOL_DAY, saturday: scaled(IDLE_DAY, 0.6), sunday: scaled(IDLE_DAY, 0.5) };
export const FACTORY: Profile = {
  weekday: TWO_SHIFTS,
  saturday: scaled(TWO_SHIFTS, 0.5),
  sunday: scaled(IDLE_DAY, 0.7),
};

/** Below this weight nobody is in: only what is always on makes traffic. */
const QUIET = 0.13;

export function isQuiet(profile: Profile, time: number): boolean {
  return weightAt(profile, time) < QUIET;
}

/** Midnight UTC, `days` days before the day of `time`. */
export function midnightBefore(time: number, days: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS - days * DAY_MS;
}

/** Exactly `count` instants in ascending order, whole milliseconds, as dense as the profile is busy. */
export function* eventTimes(random: Random, period: Period, profile: Profile, count: number): Generator<number> {
  const slots = [...hourSlots(period, profile)];
  const total = slots.reduce((sum, slot) => sum + slot.weight, 0);
  let passed = 0;
  let emitted = 0;
  for (const { start, length, weight } of slots) {
    passed += weight;
    const inSlot = Math.round((passed / total) * count) - emitted;
    // One instant in each of the slot's equal parts: in order without sorting.
    for (let i = 0; i < inSlot; i++) yield Math.floor(start + ((i + random.next()) / inSlot) * length);
    emitted += inSlot;
  }
}

function* hourSlots({ start, end }: Period, profile: Profile) {
  for (let time = start; time < end; ) {
    const next = Math.min(end, (Math.floor(time / HOUR_MS) + 1) * HOUR_MS);
    const length = next - time;
    yield { start: time, length, weight: (weightAt(profile, time) * length) / HOUR_MS };
    time = next;
  }
}

function weightAt(profile: Profile, time: number): number {
  const date = new Date(time);
  const day = date.getUTCDay();
  const weights = day === 0 ? profile.sunday : day === 6 ? profile.saturday : profile.weekday;
  return weights[date.getUTCHours()] ?? 0;
}

/** Begin of the week of the period that a time lies in. Files of a week each: an import costs more by the file than by the line. */
export function weekOf(time: number, { start }: Period): number {
  return start + Math.floor((time - start) / (7 * DAY_MS)) * 7 * DAY_MS;
}
