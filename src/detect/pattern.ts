import type { Pattern, Wildcard } from './rule.ts';

const ANY: Wildcard = { wildcard: '*' };

/**
 * A Sigma text: `*` and `?` are wildcards; a backslash takes that meaning from the wildcard behind it, and stands for itself
 * before anything else, `\\` being one (Sigma specification, "Escaping").
 */
export function parsePattern(text: string): Pattern {
  const parts: (string | Wildcard)[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    const next = text.charAt(i + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      append(parts, next);
      i += 1;
    } else if (character === '*' || character === '?') {
      parts.push({ wildcard: character });
    } else append(parts, character);
  }
  return parts;
}

function append(parts: (string | Wildcard)[], text: string): void {
  const last = parts.at(-1);
  if (typeof last === 'string') parts[parts.length - 1] = last + text;
  else if (text !== '') parts.push(text);
}

/** The parts as one pattern: texts side by side become one. */
export function joinPattern(parts: Pattern): Pattern {
  const joined: (string | Wildcard)[] = [];
  for (const part of parts) {
    if (typeof part === 'string') append(joined, part);
    else joined.push(part);
  }
  return joined;
}

/** The text of a pattern without wildcards, undefined where it has some. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [only] = pattern;
  return pattern.length === 1 && typeof only === 'string' ? only : undefined;
}

function isAny(part: string | Wildcard | undefined): boolean {
  return typeof part === 'object' && part.wildcard === '*';
}

export function anythingBefore(pattern: Pattern): Pattern {
  return isAny(pattern[0]) ? pattern : [ANY, ...pattern];
}

export function anythingBehind(pattern: Pattern): Pattern {
  return isAny(pattern.at(-1)) ? pattern : [...pattern, ANY];
}

/** Whether only `*` stands in it: true of whatever is there. */
export function matchesAnything(pattern: Pattern): boolean {
  return pattern.length > 0 && pattern.every(isAny);
}
