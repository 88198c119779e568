import { badInput } from '../../model/errors.ts';
import { type Call, textOf } from './call.ts';

/** More than `most` is cut to it; less than 1 is a fault (section 9.1). */
export function limitOf(call: Call, { absent, most }: { readonly absent: number; readonly most: number }): number {
  return Math.min(wholeNumber(call, 'limit', 1) ?? absent, most);
}

export function offsetOf(call: Call): number {
  const offset = wholeNumber(call, 'offset', 0) ?? 0;
  if (call.offsetCeiling > 0 && offset > call.offsetCeiling) {
    throw badInput('offset', String(offset), `invalid value for offset: must not be more than ${call.offsetCeiling}`);
  }
  return offset;
}

function wholeNumber(call: Call, name: string, least: number): number | undefined {
  const text = textOf(call, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return Math.min(value, Number.MAX_SAFE_INTEGER);
  throw badInput(name, text, `invalid value for ${name}: must be a whole number of at least ${least}`);
}
