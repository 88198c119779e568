import { sqlText } from '../../kit/sql-literals.ts';
import { matchesAnything, plainText } from '../pattern.ts';
import type { Pattern, Wildcard } from '../rule.ts';

/** How a text is looked at: as it is, or in lower case. ASCII is quicker, and says the same of patterns in ASCII. */
export type Case = 'exact' | 'lower' | 'lowerUTF8';

export function caseOf(pattern: Pattern, cased: boolean): Case {
  if (cased) return 'exact';
  return pattern.every((part) => typeof part !== 'string' || isAscii(part)) ? 'lower' : 'lowerUTF8';
}

export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

/** `contains`, `startswith`, `endswith` or equality of one text; undefined for patterns with other wildcards. */
export interface SimplePattern {
  readonly text: string;
  readonly opensFree: boolean;
  readonly endsFree: boolean;
}

export function simplePattern(pattern: Pattern): SimplePattern | undefined {
  const isAny = (part: string | Wildcard | undefined) => typeof part === 'object' && part.wildcard === '*';
  const [opensFree, endsFree] = [isAny(pattern[0]), isAny(pattern.at(-1))];
  const text = plainText(pattern.slice(opensFree ? 1 : 0, endsFree ? -1 : undefined));
  return text === undefined || (pattern.length > 0 && text === '') ? undefined : { text, opensFree, endsFree };
}

/**
 * SQL for whether a text matches a pattern; false of the empty text, which is an absent one, unless the pattern is empty too.
 *
 * @param value SQL, a text in the case that the pattern asks for
 */
export function textTest(value: string, pattern: Pattern, inCase: Case): string {
  if (matchesAnything(pattern)) return `notEmpty(${value})`;
  const simple = simplePattern(pattern);
  if (simple !== undefined) return simpleTest(value, simple, inCase);
  return framedTest(value, pattern, inCase) ?? `match(${value}, ${sqlText(asRegex(pattern, inCase))})`;
}

function simpleTest(value: string, { text, opensFree, endsFree }: SimplePattern, inCase: Case): string {
  const literal = literalOf(text, inCase);
  if (opensFree && endsFree) return `position(${value}, ${literal}) > 0`;
  if (endsFree) return `startsWith(${value}, ${literal})`;
  return opensFree ? `endsWith(${value}, ${literal})` : `${value} = ${literal}`;
}

/** `start*end`, in bytes. */
function framedTest(value: string, pattern: Pattern, inCase: Case): string | undefined {
  const [start, any, end, ...rest] = pattern;
  if (typeof start !== 'string' || typeof end !== 'string' || rest.length > 0) return undefined;
  if (typeof any !== 'object' || any.wildcard !== '*') return undefined;
  const [before, behind] = [literalOf(start, inCase), literalOf(end, inCase)];
  return `(startsWith(${value}, ${before}) AND endsWith(${value}, ${behind}) AND length(${value}) >= length(${before}) + length(${behind}))`;
}

function literalOf(text: string, inCase: Case): string {
  if (inCase === 'exact') return sqlText(text);
  return inCase === 'lower' ? sqlText(text.toLowerCase()) : `lowerUTF8(${sqlText(text)})`;
}

/** `\C` is any byte: logs hold texts that are no UTF-8. One character, though, may be several bytes. */
function asRegex(pattern: Pattern, inCase: Case): string {
  const parts = pattern.map((part) => {
    if (typeof part !== 'string') return part.wildcard === '*' ? '\\C*' : '.';
    return quoteRegex(inCase === 'exact' ? part : part.toLowerCase());
  });
  return `^${parts.join('')}$`;
}

/** The text as a regular expression that matches it alone. */
export function quoteRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}
