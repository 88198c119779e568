import { badInput } from '../../model/errors.ts';
import { type Call, textOf } from './call.ts';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 5000;

/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export function pageOf(call: Call): Page {
  return { limit: limitOf(call), offset: offsetOf(call) };
}

/** More than 5000 is cut to 5000; less than 1 is a fault (section 3.5). */
export function limitOf(call: Call, absent = DEFAULT_LIMIT): number {
  const text = textOf(call, 'L');
  if (text === undefined) return absent;
  return Math.min(wholeNumber('limit', text, 1), LARGEST_LIMIT);
}

export function offsetOf(call: Call): number {
  const text = textOf(call, 'O');
  if (text === undefined) return 0;
  const offset = wholeNumber('offset', text, 0);
  const { offsetCeiling } = call.settings;
  if (offsetCeiling > 0 && offset > offsetCeiling) {
    throw badInput('offset', text, `invalid value for offset: must not be more than ${offsetCeiling}`);
  }
  return offset;
}

function wholeNumber(where: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\s*\d+\s*$/.test(text) && value >= least) return Math.min(value, Number.MAX_SAFE_INTEGER);
  throw badInput(where, text, `invalid value for ${where}: must be a whole number of at least ${least}`);
}

/** Everything about a list that is already in memory. */
export function cut<Item>(items: readonly Item[], { limit, offset }: Page): Item[] {
  return items.slice(offset, offset + limit);
}
