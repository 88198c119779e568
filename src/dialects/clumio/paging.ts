import { badInput } from '../../model/errors.ts';
import type { RawQuery } from '../kit/raw-query.ts';

/** One page of a list by number, as section 6.3 has it. */
export interface Page {
  readonly limit: number;
  /** From 1. */
  readonly number: number;
}

const DEFAULT_LIMIT = 20;
/** Terraform asks for so many and reads one page. */
const HIGHEST_LIMIT = 10_000;
/** Offsets stay exact. */
const HIGHEST_PAGE = 1e9;

/** Old clients send `limit=0&start=` when they mean none. Fails with `bad_request` for what is no number. */
export function readPage(query: RawQuery): Page {
  const limit = wholeNumber(query, 'limit');
  const number = wholeNumber(query, 'start');
  return {
    limit: Math.min(limit || DEFAULT_LIMIT, HIGHEST_LIMIT),
    number: Math.min(number || 1, HIGHEST_PAGE),
  };
}

function wholeNumber(query: RawQuery, name: string): number {
  const text = query.get(name)?.at(-1)?.trim() ?? '0';
  if (/^\d{1,18}$/.test(text)) return Number(text);
  throw badInput(name, text, `invalid value for ${name}: not a whole number from 0`);
}

/** What a store is asked for. */
export function toRows({ limit, number }: Page): { readonly limit: number; readonly offset: number } {
  return { limit, offset: (number - 1) * limit };
}
