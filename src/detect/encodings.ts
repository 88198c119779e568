import { plainText } from './pattern.ts';
import type { Pattern } from './rule.ts';

/** Bytes that a text becomes on its way through modifiers, such as UTF-16 before base64. */
export interface Bytes {
  readonly bytes: Buffer;
}

export type Encodable = Pattern | Bytes;

/** Undefined for a pattern with wildcards: it has no bytes. */
export function bytesOf(value: Encodable): Buffer | undefined {
  if ('bytes' in value) return value.bytes;
  const text = plainText(value);
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

/** Undefined for bytes that are no UTF-8 text. */
export function patternOf(value: Encodable): Pattern | undefined {
  if (!('bytes' in value)) return value;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.bytes);
    return text === '' ? [] : [text];
  } catch {
    return undefined;
  }
}

/**
 * What the bytes look like inside a base64 text: one form for each of the three ways they can fall into groups of three,
 * without the characters at both ends that also depend on their neighbours.
 */
export function base64Offsets(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before, ' '), bytes]).toString('base64');
    const start = [0, 2, 3][before] ?? 0;
    const cut = [0, 3, 2][(bytes.length + before) % 3] ?? 0;
    return encoded.slice(start, encoded.length - cut);
  });
}

export function utf16(text: string, order: 'le' | 'be', mark: boolean): Buffer {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

/** Characters that Windows programs take for the start of an option. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];

/** Every way to write the dashes that start a word. */
export function dashForms(text: string): string[] {
  const [first = '', ...rest] = text.split(/\B[-/]\b/);
  return rest.reduce<string[]>(
    (forms, piece) => forms.flatMap((form) => DASHES.map((dash) => form + dash + piece)),
    [first],
  );
}
