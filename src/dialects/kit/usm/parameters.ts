import { badInput } from '../../../model/errors.ts';
import type { RawQuery } from '../raw-query.ts';

// Readers of single parameters. An absent one is undefined; of a repeated one the last counts (section 0).

export function textOf(query: RawQuery, name: string): string | undefined {
  return textsOf(query, name)?.at(-1);
}

export function textsOf(query: RawQuery, name: string): readonly string[] | undefined {
  const texts = query.get(name);
  for (const text of texts ?? []) {
    if (text.includes('\0')) throw badInput(name, text, `invalid value for ${name}: holds a NUL character`);
  }
  return texts;
}

/** Values of a parameter that may be repeated or separated by commas, in lower case, `_` for blanks and hyphens. */
export function wordsOf(query: RawQuery, name: string): readonly string[] | undefined {
  const words = textsOf(query, name)?.flatMap((text) => text.split(','));
  return words
    ?.map((word) =>
      word
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    )
    .filter((word) => word !== '');
}

/** Whole numbers may come as `1.0`; those too large to be told apart count as the largest. */
export function integerOf(query: RawQuery, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const digits = /^\s*([+-]?\d+)(?:\.\d*)?\s*$/.exec(text)?.[1];
  if (digits === undefined) throw badInput(name, text, `invalid value for ${name}: must be a whole number`);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(digits), Number.MAX_SAFE_INTEGER));
}

export function flagOf(query: RawQuery, name: string): boolean | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw badInput(name, text, `invalid value for ${name}: must be true or false`);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In lower case. */
export function uuidOf(query: RawQuery, name: string): string | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const id = text.trim().toLowerCase();
  if (!isUuid(id)) throw badInput(name, text, `invalid value for ${name}: must be a UUID`);
  return id;
}

function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The two spellings of a span of time (section 7.3); inclusive, in milliseconds. */
export function timesOf(query: RawQuery): { fromMs?: number; toMs?: number } {
  const fromMs = integerOf(query, 'timestamp_occured_gte') ?? integerOf(query, 'timestamp_occurred_gte');
  const toMs = integerOf(query, 'timestamp_occured_lte') ?? integerOf(query, 'timestamp_occurred_lte');
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}
