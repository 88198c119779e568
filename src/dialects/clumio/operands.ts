import { parseInstant } from './instant.ts';

/** What an operator compares with. */
export interface Operand<Value> {
  /** Undefined for what is no such operand. */
  read(given: unknown): Value | undefined;
  /** Continues "must be …". */
  readonly expects: string;
  /** Where it is given, the other operators of its field do not count. */
  readonly overrides?: true;
}

/** Exact, in the letters given. */
export const text: Operand<string> = {
  read: (given) => (isText(given) ? given : undefined),
  expects: 'a text',
};

/** Any of them; none at all is no restriction (section 2.1). */
export const texts: Operand<readonly string[]> = {
  read: (given) => (Array.isArray(given) && given.every(isText) ? given : undefined),
  expects: 'an array of texts',
};

/** Milliseconds since 1970. */
export const instant: Operand<number> = {
  read: (given) => (typeof given === 'string' ? parseInstant(given) : undefined),
  expects: 'an RFC 3339 timestamp, such as 2026-01-31T09:00:00Z',
};

/** Seconds back from now, which win over any bounds (section 7, 4). */
export const secondsAgo: Operand<number> = {
  read(given) {
    const number = typeof given === 'string' && /^\d{1,12}$/.test(given) ? Number(given) : given;
    return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 1e12 ? number : undefined;
  },
  expects: 'a number of seconds back from now, above 0',
  overrides: true,
};

/** No store keeps a NUL, and nothing has one. */
function isText(given: unknown): given is string {
  return typeof given === 'string' && !given.includes('\0');
}
