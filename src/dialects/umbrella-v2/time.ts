import { badInput } from '../../model/errors.ts';
import { LATEST_MS, SMALLEST_MILLISECONDS } from '../kit/umbrella/epoch.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Milliseconds of each unit of a relative time. */
const UNITS: Readonly<Record<string, number>> = {
  second: SECOND,
  minute: 60 * SECOND,
  hour: 3600 * SECOND,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
};

const RELATIVE = /^([-+]?)(\d{1,9})(second|minute|hour|day|week|month|year)s?$/i;
/** A `+` of the zone may have come as a blank: that is what it decodes to in a query. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[-+ ]\d{2}:?\d{2})?)?$/i;

/**
 * Reads a point in time (section 3.2): `now`, `-7days`, milliseconds since 1970, or ISO 8601 (UTC where it names no zone).
 *
 * @returns milliseconds since 1970, from 0 to the year 2255
 */
export function parseTime(where: string, text: string, nowMs: number): number {
  const given = text.trim();
  const instant = relativeTime(given, nowMs) ?? numericTime(given) ?? isoTime(given);
  if (instant === undefined) {
    throw badInput(
      where,
      text,
      `invalid value for ${where}: not now, an offset like -1days, epoch milliseconds or ISO 8601`,
    );
  }
  return Math.min(Math.max(0, Math.floor(instant)), LATEST_MS);
}

function relativeTime(text: string, nowMs: number): number | undefined {
  if (text.toLowerCase() === 'now') return nowMs;
  const [, sign, count, unit = ''] = RELATIVE.exec(text) ?? [];
  const unitMs = UNITS[unit.toLowerCase()];
  if (unitMs === undefined) return undefined;
  const distance = Number(count) * unitMs;
  return sign === '-' ? nowMs - distance : nowMs + distance;
}

function numericTime(text: string): number | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const number = Number(text);
  return number < SMALLEST_MILLISECONDS ? number * SECOND : number;
}

function isoTime(text: string): number | undefined {
  const [, date, time = '00:00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined) return undefined;
  // A day that the month does not have would roll over into the next one.
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const offset = zone
    .replace(' ', '+')
    .replace(/(\d{2})(\d{2})$/, '$1:$2')
    .toUpperCase();
  const instant = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The zone's IANA name as the registry spells it, whatever case it came in. */
export function parseTimezone(where: string, text: string): string {
  const name = text.trim();
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw badInput(where, text, `invalid value for ${where}: not a time zone of the IANA registry`);
}

/** The three spellings of an instant that records carry. */
export interface WireTime {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** `2023-11-14`, in the requested zone. */
  readonly date: string;
  /** `22:13:20`, in the requested zone. */
  readonly time: string;
}

export type Clock = (ms: number) => WireTime;

/** Spells instants in a zone. */
export function clockIn(timezone: string): Clock {
  if (timezone === 'UTC') {
    return (ms) => {
      const text = new Date(ms).toISOString();
      return { timestamp: ms, date: text.slice(0, 10), time: text.slice(11, 19) };
    };
  }
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => {
    const [date = '', time = ''] = format.format(ms).split(' ');
    return { timestamp: ms, date, time };
  };
}
