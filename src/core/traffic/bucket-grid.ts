import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kit/durations.ts';
import { badInput } from '../../model/errors.ts';
import type { TimeRange } from '../../model/query.ts';
import type { BucketStep } from '../../model/traffic.ts';
import { localDayStarts } from './local-days.ts';

/** More buckets than anybody draws; 50,000 hours are over five years. */
const MAX_BUCKETS = 50_000;

const STEP_MS: Readonly<Record<BucketStep, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

/**
 * Starts, in milliseconds, of every bucket from the one that holds the beginning of the range to the one that holds its
 * end. Days are those of the time zone, minutes and hours those of UTC.
 *
 * @throws AppError `bad_request` when there would be too many, or for an unknown time zone
 */
export function bucketStarts(range: TimeRange, step: BucketStep, timezone: string): number[] {
  const length = STEP_MS[step];
  if ((range.toMs - range.fromMs) / length > MAX_BUCKETS) {
    const message = `the range holds more than ${MAX_BUCKETS} buckets of one ${step}: shorten it or take a longer step`;
    throw badInput('from', String(range.fromMs), message);
  }
  if (step === 'day') return localDayStarts(range, timezone);
  const starts: number[] = [];
  for (let start = Math.floor(range.fromMs / length) * length; start <= range.toMs; start += length) starts.push(start);
  return starts;
}
