import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { type Replacement, replaced } from './replacement.ts';
import { SECRET_NAMES, SECRET_WORDS } from './secret-names.ts';

const NAME = `(?:[\\w-]*(?:${SECRET_WORDS.join('|')})|${SECRET_NAMES.join('|')})`;
/** `user:password@`, where a password may hold a comma, or `user@`, where a comma ends a field of a row. */
const USER_INFO = String.raw`(?:[^/"\\\s@?#,:]*:(?:\\[^/]|[^/"\\\s@?#])+|[^/"\\\s@?#,:]+)@`;
/** As JSON may write it: `:\/\/`. */
const SLASHES = String.raw`:(?:\\?/){2}`;

/** Secrets of URLs and of forms, in a text that may be a whole record, JSON or not. */
export const URL_SECRETS: readonly Replacement[] = [
  [String.raw`(?i)([?&;#"\s]${NAME}=)(?:\\.|[^"\\&#\s])+`, String.raw`\1***`],
  [`(${SLASHES})${USER_INFO}`, String.raw`\1***@`],
];

const HINTS = [...SECRET_WORDS, ...SECRET_NAMES].map((name) => `${name}=`);

/** SQL that is true of every text with a secret in a URL, and of few others; it is cheap. */
export function mayHoldUrlSecret(text: string): string {
  const hasUser = `position(${text}, '@') > 0 AND match(${text}, ${sqlText(SLASHES + USER_INFO)})`;
  return `(multiSearchAnyCaseInsensitive(${text}, ${sqlList(HINTS)}) OR ${hasUser})`;
}

/**
 * SQL for a text with `***` for the secrets of its URLs: `?token=…`, `user:password@`. A value ends at a quote, a blank, `&` or `#`. Text
 * without a hint of a secret passes at the cost of one search.
 */
export function maskedUrls(text: string): string {
  return `if(${mayHoldUrlSecret(text)}, ${replaced(text, URL_SECRETS)}, ${text})`;
}
