import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kit/durations.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  // A mean month and year, as the Sigma specification has them.
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/** Milliseconds of `15m`, `1h`, `7d`; undefined where it is no such text. */
export function parseDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})\s*([smhdwMy])$/.exec(text.trim()) ?? [];
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined ? undefined : Number(number) * unitMs;
}
