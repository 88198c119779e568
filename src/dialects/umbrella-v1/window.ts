import { DAY_MS } from '../../kit/durations.ts';
import { badInput } from '../../model/errors.ts';
import type { TimeRange } from '../../model/query.ts';
import { LATEST_MS, SMALLEST_MILLISECONDS } from '../kit/umbrella/epoch.ts';
import { type Call, textOf } from './call.ts';

/** The last 24 hours, which is what this API speaks of where a request says nothing else. */
export function lastDay({ nowMs }: Pick<Call, 'nowMs'>): TimeRange {
  return { fromMs: nowMs - DAY_MS, toMs: nowMs };
}

/** What `start` and `stop` (or `end`) ask for, in epoch seconds; 24 hours where no `start` is given (section 9.1). */
export function windowOf(call: Pick<Call, 'query' | 'nowMs'>): TimeRange {
  const endName = textOf(call, 'stop') === undefined ? 'end' : 'stop';
  const start = seconds(call, 'start');
  const end = seconds(call, endName);
  if (start !== undefined && end !== undefined && start > end) {
    throw badInput('start', String(start), `invalid value for start: later than ${endName}`);
  }
  const toMs = end === undefined ? call.nowMs : Math.min(end * 1000, LATEST_MS);
  return { fromMs: start === undefined ? Math.max(0, toMs - DAY_MS) : start * 1000, toMs };
}

/** The part of a window that `stopTimestamp`, epoch milliseconds, leaves: what is older. */
export function pageWindowOf(call: Pick<Call, 'query' | 'nowMs'>): TimeRange {
  const { fromMs, toMs } = windowOf(call);
  const before = milliseconds(call, 'stopTimestamp');
  return { fromMs, toMs: before === undefined ? toMs : Math.min(toMs, before - 1) };
}

function seconds(call: Pick<Call, 'query'>, name: string): number | undefined {
  const value = epochNumber(call, name);
  if (value === undefined || value < SMALLEST_MILLISECONDS) return value;
  const meant = Math.floor(value / 1000);
  throw badInput(
    name,
    String(value),
    `invalid value for ${name}: ${value} is milliseconds, seconds belong here: ${meant}`,
  );
}

function milliseconds(call: Pick<Call, 'query'>, name: string): number | undefined {
  const value = epochNumber(call, name);
  if (value === undefined || value >= SMALLEST_MILLISECONDS) return value;
  const meant = value * 1000;
  throw badInput(
    name,
    String(value),
    `invalid value for ${name}: ${value} is seconds, milliseconds belong here: ${meant}`,
  );
}

function epochNumber(call: Pick<Call, 'query'>, name: string): number | undefined {
  const text = textOf(call, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badInput(name, text, `invalid value for ${name}: must be a whole number, time since 1970`);
}
